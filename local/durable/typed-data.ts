/** Values between history and functions, in the shapes that the real host gives them (durable-functions wire facts recorded in test/fixtures/traces/activity-value-kinds.json). */
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
  if (value.string !== undefined) return JSON.stringify(value.string);
  if (value.json !== undefined) return value.json;
  if (value.int !== undefined) return String(value.int);
  if (value.double !== undefined) return String(value.double);
  if (value.bytes !== undefined) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return null;
}
