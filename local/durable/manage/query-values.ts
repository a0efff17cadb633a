/** Query parameters as the extension reads them: what does not parse counts as not given. */
import { STATUSES, type Status } from '../history.ts';

/** Parameter names that count whatever their case. */
const NAMES = new Map(
  [
    'createdTimeFrom',
    'createdTimeTo',
    'fetchState',
    'instanceIdPrefix',
    'lastOperationTimeFrom',
    'lastOperationTimeTo',
    'op',
    'pollingInterval',
    'reason',
    'restartWithNewInstanceId',
    'returnInternalServerErrorOnFailure',
    'runtimeStatus',
    'showHistory',
    'showHistoryOutput',
    'showInput',
    'timeout',
    'top',
    'version',
  ].map((name) => [name.toLowerCase(), name]),
);
export const named = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams(
    [...query].map(([name, value]) => [NAMES.get(name.toLowerCase()) ?? name, value] as [string, string]),
  );

export function flag(query: URLSearchParams, name: string, fallback: boolean): boolean {
  const value = query.get(name)?.trim().toLowerCase();
  return value === 'true' ? true : value === 'false' ? false : fallback;
}
/** ms since epoch. */
export function time(query: URLSearchParams, name: string): number | undefined {
  const value = Date.parse(query.get(name) ?? '');
  return Number.isNaN(value) ? undefined : value;
}
export function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  return value !== null && /^\s*-?\d+\s*$/.test(value) ? Number(value) : undefined;
}
/** Seconds as milliseconds. */
export function duration(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number * 1000;
}
/** Undefined when none of the names is a status. Names count as .NET's Enum.TryParse does: exact case, or the number. */
export function statuses(query: URLSearchParams, name: string): Status[] | undefined {
  const found = query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .flatMap((value) => STATUSES.find((status, index) => status === value || String(index) === value) ?? []);
  return found.length > 0 ? found : undefined;
}
