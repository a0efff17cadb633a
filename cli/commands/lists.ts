import { usageError } from '../core/errors.ts';

/** `a, b,c` as a list; undefined stays undefined, empty words are dropped. */
export const list = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** `french=light, spanish=obs` as an object; undefined stays undefined. @param option as it is called, for the error */
export function pairs(text: string | undefined, option: string): Record<string, string> | undefined {
  const entries = list(text)?.map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 1 || equals === pair.length - 1)
      throw usageError(`--${option} must be LANGUAGE=VALUE,...: got '${pair}'`);
    return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
  });
  return entries && Object.fromEntries(entries);
}
