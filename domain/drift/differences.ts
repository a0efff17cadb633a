/**
 * Where a resource differs from the request that made it, property by property. Only what the request says is compared: what Azure
 * adds by itself (states, etags, defaults) is no difference; an element too many in a list of named ones, such as a rule, is.
 */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface PathDifference {
  path: string;
  planned: Json;
  actual: Json;
}

/** Never given back by Azure, so nothing can be said of them: secrets, and what a machine was born with. */
const WRITE_ONLY = new Set(['adminpassword', 'securevalue', 'userdata', 'customdata', 'password']);
/** Somebody may have put a secret into these by hand: only that they differ is reported, not how. */
const UNSHOWN = /\benvironmentVariables\b/i;
const HIDDEN = '(not shown)';

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A property whatever the case of its name: ids stand as names too (`userAssignedIdentities`). */
function property(of: { [name: string]: Json }, name: string): Json | undefined {
  if (Object.hasOwn(of, name)) return of[name];
  const found = Object.keys(of).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : of[found];
}

/** What tells the elements of a list apart; undefined for lists whose elements have no names. */
function keyOf(element: Json): string | undefined {
  if (!isObject(element)) return undefined;
  const { name, port, protocol, id } = element;
  if (typeof name === 'string') return name.toLowerCase();
  if (typeof port === 'number') return `${port}/${String(protocol ?? 'TCP').toLowerCase()}`;
  return typeof id === 'string' ? id.toLowerCase() : undefined;
}

/** Azure writes ids, regions and numbers in more than one way. */
const plain = (value: Json): string => {
  const text = String(value).toLowerCase();
  return /^[a-z ]+\d?$/.test(text) ? text.replaceAll(' ', '') : text;
};

function shownLast(element: Json, key: string): string {
  if (!isObject(element)) return key;
  const { name, id } = element;
  return typeof name === 'string' ? name : typeof id === 'string' ? (id.split('/').at(-1) ?? key) : key;
}

function* lists(planned: Json[], actual: Json[], path: string): Generator<PathDifference> {
  const keys = planned.map(keyOf);
  if (planned.length > 0 && keys.some((key) => key === undefined)) {
    const [wanted, there] = [planned, actual].map((list) => list.map((one) => plain(JSON.stringify(one))).sort());
    if (String(wanted) !== String(there)) yield { path, planned, actual };
    return;
  }
  const there = new Map(actual.map((one, index) => [keyOf(one) ?? String(index), one]));
  for (const [index, one] of planned.entries()) {
    const key = keys[index] ?? '';
    const at = `${path}[${shownLast(one, key)}]`;
    yield* compared(one, there.get(key), at);
    there.delete(key);
  }
  for (const [key, one] of there) yield { path: `${path}[${shownLast(one, key)}]`, planned: null, actual: one };
}

function* compared(planned: Json, actual: Json | undefined, path: string): Generator<PathDifference> {
  if (isObject(planned)) {
    if (!isObject(actual)) {
      if (Object.keys(planned).length > 0 || actual === undefined) yield { path, planned, actual: actual ?? null };
      return;
    }
    for (const [name, value] of Object.entries(planned))
      if (!WRITE_ONLY.has(name.toLowerCase()))
        yield* compared(value, property(actual, name), path === '' ? name : `${path}.${name}`);
    return;
  }
  // Nothing requested and nothing there: Azure writes empty lists in several ways.
  if (Array.isArray(planned)) return yield* lists(planned, Array.isArray(actual) ? actual : [], path);
  if (planned === null || planned === undefined) return;
  if (actual === undefined || actual === null || plain(planned) !== plain(actual))
    yield { path, planned, actual: actual ?? null };
}

/** All differences, in the order of the request. */
export const differences = (planned: Json, actual: Json | undefined): PathDifference[] =>
  actual === undefined
    ? [{ path: '', planned: 'present', actual: null }]
    : [...compared(planned, actual, '')].map((one) =>
        UNSHOWN.test(one.path) ? { path: one.path, planned: HIDDEN, actual: HIDDEN } : one,
      );
