/** Versions of an image: their order, which of them are proved, which one a machine may start from. */
import { type Tags, tagOf } from '../ownership.ts';

/** Tag that the build writes on a version that its smoke test let pass, and the value it has then. */
export const PROOF_TAG = 'smoke-test';
export const PROVED = 'passed';

/** The two kinds of version that a gallery has: made ready for any machine, or captured from one that has booted already. */
export const STATES = ['generalised', 'specialised'] as const;
export type OsState = (typeof STATES)[number];

export interface Version {
  /** `1.4.0` */
  name: string;
  osState: OsState;
  /** Azure's word: `Succeeded` once it can be used. */
  state: string;
  proved: boolean;
  /** Never taken as the latest one. */
  excluded: boolean;
  /** Short names of the regions that have a copy by now. */
  regions: string[];
  /** ISO 8601; it informs only, Azure goes on giving it out. */
  endOfLife?: string;
  createdAt?: string;
}

/** What an image's definition is called that has the specialised versions of another. */
export const specialisedOf = (definition: string): string => `${definition}-specialised`;

const numbers = (name: string): number[] => name.split('.').map(Number);

/** By their three numbers: `1.10.0` is newer than `1.9.0`. Negative where `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let place = 0; place < 3; place++) {
    const apart = (left[place] ?? 0) - (right[place] ?? 0);
    if (apart !== 0) return apart;
  }
  return 0;
}

export const isProved = (tags: Tags | undefined): boolean => tagOf(tags, PROOF_TAG) === PROVED;

/** Newest first; of one number the specialised one comes first. */
export const newestFirst = <T extends Pick<Version, 'name' | 'osState'>>(versions: readonly T[]): T[] =>
  [...versions].sort(
    (a, b) => compareVersions(b.name, a.name) || STATES.indexOf(b.osState) - STATES.indexOf(a.osState),
  );

/** Why nothing can be built on a version; undefined where it can. @param region where it is built, short name */
export function baseProblem(versions: readonly Version[], name: string, region: string): string | undefined {
  const found = versions.find((one) => one.name === name && one.osState === 'generalised');
  if (!found) return `there is no generalised version ${name}`;
  if (found.state !== 'Succeeded') return `version ${name} is ${found.state}`;
  if (!found.proved) return `version ${name} has never passed its smoke test`;
  if (!found.regions.includes(region))
    return `${region} has no copy of version ${name}; ${found.regions.join(', ') || 'no region'} has one`;
  return undefined;
}

export interface Wanted {
  /** Short name. */
  region: string;
  osState: OsState;
  /** Older than this one, whatever became of it. */
  before?: string;
  /** Milliseconds since the Unix epoch: what has reached its end of life by then comes last. */
  now: number;
}

/** The newest version that is proved, ready and in the region; undefined when there is none. */
export function newestProved(
  versions: readonly Version[],
  { region, osState, before, now }: Wanted,
): Version | undefined {
  const may = newestFirst(versions).filter(
    (one) =>
      one.osState === osState &&
      one.proved &&
      !one.excluded &&
      one.state === 'Succeeded' &&
      one.regions.includes(region) &&
      (before === undefined || compareVersions(one.name, before) < 0),
  );
  return may.find(({ endOfLife }) => endOfLife === undefined || Date.parse(endOfLife) > now) ?? may[0];
}
