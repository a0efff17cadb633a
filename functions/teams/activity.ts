/** A Bot Framework activity as Teams sends it to an outgoing webhook, as far as it is read. What is odd is read as absent. */
import { z } from 'zod';
import { sha256 } from '../../domain/hash.ts';
import { parseInstant } from '../../domain/instant.ts';
import { line } from '../../domain/text.ts';

/** How far from now an activity's `timestamp` may be, both ways (ms): what is older was said for another moment, or is played back. */
export const FRESH = 5 * 60_000;

export const activitySchema = z.looseObject({
  id: z.unknown().optional().describe('Of the message: delivered again it is the same command'),
  timestamp: z.unknown().optional().describe('When it was written: at most 5 minutes from now'),
  text: z.unknown().optional().describe('What was written, with mentions'),
  from: z.unknown().optional().describe('Who wrote it'),
});

export interface Activity {
  /** The same for every delivery of one message. */
  key: string;
  /** When it was written, ms since the epoch; undefined when it does not say so readably. */
  at: number | undefined;
  text: string;
  /** Who wrote it, for journals. */
  from: string;
}

const LONGEST_TEXT = 4000;
const LONGEST_NAME = 100;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function nameOf(from: unknown): string {
  const given = typeof from === 'object' && from !== null ? (from as { name?: unknown }).name : from;
  return line(textOf(given)).slice(0, LONGEST_NAME).toWellFormed() || 'someone';
}

/** @param raw the body as it came: what identifies a message that has no id */
export function readActivity(body: z.infer<typeof activitySchema>, raw: string): Activity {
  const { id, timestamp, text, from, conversation } = body;
  const where = (conversation as { id?: unknown } | null | undefined)?.id;
  const which = textOf(id) === '' ? raw : JSON.stringify([textOf(where), textOf(id)]);
  return {
    key: `teams-${sha256(which)}`,
    at: parseInstant(timestamp),
    text: textOf(text).slice(0, LONGEST_TEXT),
    from: nameOf(from),
  };
}

/** Whether an activity was written about now. @param now ms since the epoch */
export const isFresh = ({ at }: Activity, now: number): boolean => at !== undefined && Math.abs(now - at) <= FRESH;
