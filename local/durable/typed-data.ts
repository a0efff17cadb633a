/** Values between history and functions, in the shapes that the real host gives them (durable-functions wire facts recorded in test/fixtures/traces/activity-value-kinds.json). */
import { doubleText, jsonText, rewritten } from './newtonsoft.ts';
import type { TypedData } from './ports.ts';

/**
 * The trigger data of an activity.
 * @param stored JSON array of the one input
 * @param booleansAsText true mirrors .NET's "True" and "False"
 */
export function activityTrigger(stored: string, booleansAsText: boolean): TypedData {
  const [input] = JSON.parse(stored) as unknown[];
  if (input === null || input === undefined) return {};
  if (typeof input === 'string') return { string: input };
  if (typeof input === 'boolean' && booleansAsText) return { string: input ? 'True' : 'False' };
  return { string: JSON.stringify(input) };
}

/** A function's result as JSON text; null when it gave none. */
export function resultText(value: TypedData | undefined): string | null {
  if (!value) return null;
  if (value.string !== undefined) return jsonText(value.string);
  if (value.json !== undefined) return rewritten(value.json);
  if (value.int !== undefined) return longText(value.int);
  if (value.double !== undefined) return doubleText(value.double);
  if (value.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return null;
}

const MAX_LONG = 9_223_372_036_854_775_807n;
/** The worker sends integers as 64 bits: what does not fit ends at the limit. */
function longText(value: number | string): string {
  const whole = BigInt(value);
  if (whole > MAX_LONG) return String(MAX_LONG);
  return String(whole < -MAX_LONG ? -MAX_LONG - 1n : whole);
}
