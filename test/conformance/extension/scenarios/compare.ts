/** Two tellings of one story, leaf by leaf, without what may differ: moments, random ids, where things are, .NET's stacks. */
import { normalise } from '../../durable/normalise.ts';

export interface Difference {
  /** Where, for example `3.body.output`. */
  at: string;
  ours: unknown;
  real: unknown;
}

const GUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?/g;

/** Events by what they are, so that those of one moment have one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name !== 'historyEvents' || !Array.isArray(item)) return [name, sorted(item)];
      const keyed = item.map((one) => [JSON.stringify(one).replace(GUID, 'ID').replace(TIME, 'TIME'), one] as const);
      return [name, keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)];
    }),
  );
}

function bare(value: unknown, name: string): unknown {
  const text = JSON.stringify(value, (key, item) => (key === 'StackTrace' || key === 'Date' ? undefined : item));
  const plain = text
    .replaceAll(`${name}-`, 'side-')
    // .NET's frames, inside of texts.
    .replace(/(StackTrace: ) {3}at (?:[^"\\]|\\[^"])*/g, '$1')
    // Of an answer to callHttp, where it is text.
    .replace(/(\\"Date\\":\\")[^"\\]+/g, '$1DATE')
    .replace(/\/poll\/\d+/g, '/poll/N')
    // The real one is asked at the address of its durable client.
    .replace(/(127\.0\.0\.1:\d+)\/durabletask\//g, '$1/runtime/webhooks/durabletask/');
  return JSON.parse(plain);
}

/** @param anyOrder whether events of a history may come in any order */
export function picture(heard: unknown, side: string, anyOrder: boolean): unknown {
  const own = bare(heard, side);
  return normalise(anyOrder ? sorted(own) : own);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export function differences(ours: unknown, real: unknown, at = ''): Difference[] {
  if (isObject(ours) && isObject(real) && Array.isArray(ours) === Array.isArray(real)) {
    const names = new Set([...Object.keys(ours), ...Object.keys(real)]);
    return [...names].flatMap((name) => differences(ours[name], real[name], at === '' ? name : `${at}.${name}`));
  }
  return Object.is(ours, real) ? [] : [{ at, ours, real }];
}
