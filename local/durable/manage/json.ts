/** Reading a request's JSON body. */

import { readJson } from '../newtonsoft.ts';
import type { ManagementResponse } from '../ports.ts';
import { problem } from './answers.ts';

/** The text in the form in which it is stored, or the answer that refuses it. */
export function parseJson(text: string): { ok: true; text: string } | { ok: false; answer: ManagementResponse } {
  const read = readJson(text);
  if (read.ok) return read;
  const { message } = read;
  return {
    ok: false,
    answer: problem(400, 'Invalid JSON content', { message, type: 'Newtonsoft.Json.JsonReaderException' }),
  };
}
