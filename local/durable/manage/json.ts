/** Reading a request's JSON body. */
import type { ManagementResponse } from '../ports.ts';
import { problem } from './answers.ts';

export function parseJson(text: string): { ok: true; value: unknown } | { ok: false; answer: ManagementResponse } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      answer: problem(400, 'Invalid JSON content', { message, type: 'Newtonsoft.Json.JsonReaderException' }),
    };
  }
}
