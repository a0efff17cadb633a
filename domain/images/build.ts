/** A build of the mixers' image: what it consists of, in which order, what it is called, what it costs. */
import { diskHour, machineHour, PRICES, roundMoney } from '../plan/prices.ts';
import type { BuildAction, ImageBuildInput } from '../seam/image-build.ts';
import { compareVersions, PROOF_TAG, specialisedOf } from './versions.ts';

/** Tag of a version: the build that made it. Nothing without it is taken back. */
export const BUILD_TAG = 'build';

export interface Phase {
  action: BuildAction;
  /** Usual seconds, and those after which it is given up. */
  expectedSeconds: number;
  timeoutSeconds: number;
  /** What is done, for people. */
  text: string;
}

const PHASES: readonly (Phase & { specialised?: true })[] = [
  {
    action: 'prepare',
    expectedSeconds: 5,
    timeoutSeconds: 600,
    text: 'looks at the gallery and makes a group of its own',
  },
  // Image Builder's own limit is set to an hour and a half; what it says of that comes a little later.
  {
    action: 'customise',
    expectedSeconds: 2400,
    timeoutSeconds: 6600,
    text: 'installs OBS, Node and the agent on Windows, and tests them there',
  },
  {
    action: 'generalised',
    expectedSeconds: 600,
    timeoutSeconds: 21_600,
    text: 'copies the generalised version to its regions',
  },
  {
    action: 'network',
    expectedSeconds: 15,
    timeoutSeconds: 900,
    text: 'makes a network for the machines that try the versions',
  },
  { action: 'boot', expectedSeconds: 240, timeoutSeconds: 2400, text: 'starts a machine from the generalised version' },
  {
    action: 'warm',
    expectedSeconds: 90,
    timeoutSeconds: 1800,
    text: 'waits until OBS is warm, and takes away what is this machine’s own',
    specialised: true,
  },
  { action: 'stop', expectedSeconds: 60, timeoutSeconds: 900, text: 'deallocates the machine', specialised: true },
  {
    action: 'capture',
    expectedSeconds: 600,
    timeoutSeconds: 21_600,
    text: 'captures the specialised version and copies it to its regions',
    specialised: true,
  },
  {
    action: 'trial',
    expectedSeconds: 120,
    timeoutSeconds: 2400,
    text: 'starts a machine from the specialised version',
    specialised: true,
  },
  { action: 'prove', expectedSeconds: 15, timeoutSeconds: 1800, text: 'marks the versions as proved' },
];

/** The phases of a build, in their order. */
export const phasesOf = ({ specialised }: Pick<ImageBuildInput, 'specialised'>): Phase[] =>
  PHASES.filter((phase) => specialised || !phase.specialised);

export const DISCARD: Phase = {
  action: 'discard',
  expectedSeconds: 60,
  timeoutSeconds: 3600,
  text: 'removes the versions that it had made',
};

/** The number after the newest there is, whatever became of that one. */
export function nextVersion(known: readonly string[]): string {
  const newest = [...known].sort(compareVersions).at(-1);
  if (newest === undefined) return '1.0.0';
  const [major = 1, minor = 0, patch = 0] = newest.split('.').map(Number);
  return `${major}.${minor}.${patch + 1}`;
}

export const buildNames = {
  template: 'mixer-image',
  vnet: 'streaming-vnet',
  subnet: 'build',
  machine: (which: 'boot' | 'trial') => `${which}-image-mixer`,
  nic: (which: 'boot' | 'trial') => `nic-${which}-image-mixer`,
} as const;

/** ARM ids of the versions that a build makes, by kind. */
export const versionIds = ({
  definition,
  version,
  specialised,
}: Pick<ImageBuildInput, 'definition' | 'version' | 'specialised'>) => ({
  generalised: `${definition}/versions/${version}`,
  ...(specialised ? { specialised: `${specialisedOf(definition)}/versions/${version}` } : {}),
});

/** Tags of what stands in the build's group: those by which the removal and the reaper know what is ours. */
export const buildTags = ({ deploymentId, event }: Pick<ImageBuildInput, 'deploymentId' | 'event'>) => ({
  purpose: 'streaming-event',
  event,
  'managed-by': 'stream-control',
  deployment: deploymentId,
});

/** Tags of the group itself: it goes by itself, should the build break. */
export const buildGroupTags = (input: Pick<ImageBuildInput, 'deploymentId' | 'event' | 'expiresAt' | 'by'>) => ({
  ...buildTags(input),
  auto_cleanup: 'true',
  expires: input.expiresAt,
  DeleteAfter: input.expiresAt,
});

/** Tags of a version before it is proved. It must not look like a part of an event that could be removed with one. */
export const versionTags = ({ deploymentId, sources }: Pick<ImageBuildInput, 'deploymentId' | 'sources'>) => ({
  'managed-by': 'stream-control',
  [BUILD_TAG]: deploymentId,
  agent: sources.agent.sha256.toLowerCase(),
  [PROOF_TAG]: 'pending',
});

const SYSTEM_DISK_GB = 127;

/** How long machines ran for a build: milliseconds of the builder's own and of those that tried the versions. */
export function buildCost({ vmSize, region }: Pick<ImageBuildInput, 'vmSize' | 'region'>, machineMs: number) {
  const perHour = machineHour(vmSize, false, region) + diskHour(SYSTEM_DISK_GB, region);
  return { total: roundMoney((perHour * machineMs) / 3_600_000), currency: PRICES.currency, pricesAsOf: PRICES.asOf };
}
