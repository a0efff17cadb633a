/** ARM requests per resource beside what issue "Speed" allows: three, and one for every ten seconds begun of its creation. */
import type { Snapshot } from '../../local/azure/simulator.ts';

export interface Request {
  host: string;
  path: string;
}
export interface Calls {
  /** Requests about the worst resource beyond what it may have; 0 or less when all keep to it. */
  over: number;
  /** Its name, with calls and seconds. */
  worst: string;
  /** Resources beyond their bound, of how many. */
  offenders: string;
}

/** One resource of an event: the requests about it, the seconds of its creation, and what it may have by that. */
export interface ResourceCalls {
  name: string;
  calls: number;
  seconds: number;
  bound: number;
}

/** What extends a resource is another one. */
const nameIn = (path: string): string | undefined =>
  /\/resourceGroups\/streaming-[^/]+\/providers\/[^/]+\/[^/]+\/([^/]+)(?!.*\/providers\/)/i
    .exec(path)?.[1]
    ?.toLowerCase();

/**
 * @param boots seconds from the end of a mixer's creation to its first heartbeat, by language: they count as creation
 */
export function callsByResource(
  requests: Request[],
  snapshot: Snapshot,
  boots: ReadonlyMap<string, number>,
): ResourceCalls[] {
  const seconds = new Map<string, number>();
  const resourceOf = new Map<string, string>();
  for (const [key, value] of snapshot.state.operations ?? []) {
    const { kind, resourceId, startedAt, endsAt } = value as {
      kind: string;
      resourceId: string;
      startedAt: number;
      endsAt: number;
    };
    const name = nameIn(resourceId);
    if (kind !== 'create' || !name) continue;
    const language = /^(?:mixer|light)-([a-z0-9]+)-/.exec(name)?.[1];
    seconds.set(name, (endsAt - startedAt) / 1000 + (language ? (boots.get(language) ?? 0) : 0));
    resourceOf.set(String(key).toLowerCase(), name);
  }
  const calls = new Map<string, number>();
  for (const { host, path } of requests) {
    if (host !== 'management.azure.com') continue;
    const name = nameIn(path) ?? resourceOf.get(path.split('/').at(-1)?.toLowerCase() ?? '');
    if (name && seconds.has(name)) calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  return [...calls].map(([name, count]) => {
    const took = seconds.get(name) ?? 0;
    return { name, calls: count, seconds: took, bound: 3 + Math.ceil(took / 10) };
  });
}

/** The same in a few words. */
export function callsPerResource(...of: Parameters<typeof callsByResource>): Calls {
  const all = callsByResource(...of);
  const over = ({ calls, bound }: ResourceCalls): number => calls - bound;
  const [worst] = all.toSorted((a, b) => over(b) - over(a));
  return {
    over: worst ? over(worst) : Number.NEGATIVE_INFINITY,
    worst: worst ? `${worst.name}: ${worst.calls} in ${Math.round(worst.seconds)} s` : '',
    offenders: `${all.filter((one) => over(one) > 0).length} of ${all.length}`,
  };
}
