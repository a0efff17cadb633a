/**
 * `${...}` in a template: a reference and nothing more. No logic and no functions, so that what a template makes can be read
 * from it, and what depends on what can be seen.
 */
export type Value = string | number | boolean;
/** The value of a reference; undefined when there is none. */
export type Scope = (reference: string) => Value | undefined;
export type Json = Value | null | Json[] | { [key: string]: Json };

const REFERENCE = /\$\{([^${}]*)\}/g;
const WHOLE = /^\$\{([^${}]*)\}$/;

/** Every reference in a value, with the path of the text it stands in. */
export function referencesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): [path: string, reference: string][] {
  if (typeof value === 'string')
    return [...value.matchAll(REFERENCE)].map(([, reference = '']) => [path.join('.'), reference.trim()]);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => referencesIn(each, [...path, key]));
}

/** Paths of texts with a `${` that begins no reference. */
export function brokenIn(value: unknown, path: readonly (string | number)[] = []): string[] {
  if (typeof value === 'string') return value.replaceAll(REFERENCE, '').includes('${') ? [path.join('.')] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, each]) => brokenIn(each, [...path, key]));
}

/**
 * Fills in a text. One that is a single reference becomes what that stands for, a number stays one.
 * @throws Error for a reference to nothing (templates are checked when they are loaded)
 */
export function fill(text: string, scope: Scope): Value {
  if (!text.includes('${')) return text;
  const known = (reference: string): Value => {
    const value = scope(reference.trim());
    if (value === undefined) throw new Error(`Cannot fill in \${${reference}} as it stands for nothing`);
    return value;
  };
  const whole = WHOLE.exec(text)?.[1];
  return whole === undefined
    ? text.replaceAll(REFERENCE, (_all, reference: string) => String(known(reference)))
    : known(whole);
}

/** The same for every text in a value. */
export function fillAll(value: unknown, scope: Scope): Json {
  if (typeof value === 'string') return fill(value, scope);
  if (Array.isArray(value)) return value.map((each) => fillAll(each, scope));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillAll(each, scope)]));
  return value as Json;
}

/** The same for a record of texts. */
export const fillTexts = (texts: Readonly<Record<string, string>>, scope: Scope): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, String(fill(text, scope))]));
