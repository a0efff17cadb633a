import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { RelayRole, StagedKeys } from '../seam/node-spec.ts';

/** One language's machine as it stands now: which size, which address, how many machines it has had before. */
export interface MachineLayout {
  language: string;
  /** 0-based; gives the private address. Kept while the language is there, reused afterwards. */
  slot: number;
  /** 1-based count of machines tried for this language: names and address of a later one never meet the remains of an earlier. */
  variant: number;
  vmSize: string;
  /** Set while the language is being taken off. */
  removed?: true;
}

/** What can be well or unwell, in the order in which it is counted. */
export const componentNames = (machines: readonly MachineLayout[]): string[] => [
  'relay',
  'slides',
  ...machines.map(({ language }) => `mixer-${language}`),
];

/** What a plan is compiled for besides the request: everything that may change while the event lives. */
export interface Layout {
  region: string;
  resourceGroup: string;
  /** ISO 8601; creation of the group and its end. */
  createdAt: string;
  expiresAt: string;
  ttlSeconds: number;
  machines: MachineLayout[];
  /** Images put in place of the installation's while the event lives. */
  images?: Partial<Record<RelayRole, string>>;
  /** Whose stream keys the deployment, or the latest accepted change of languages, brought. */
  staged?: StagedKeys;
  /** Client id of the mixers' identity, found by preflight. */
  mixerIdentityClientId: string;
}

/** Slots an address block has; four blocks of variants fit into the /24 above the reserved addresses. */
export const SLOTS = 60;
const BLOCKS = 4;

/** Private address of a machine: `.11` up in slot order; each further variant in the next block, because its predecessor may still hold the address. */
export function machineAddress(subnet: string, first: number, machine: MachineLayout): string {
  const host = first + machine.slot + SLOTS * ((machine.variant - 1) % BLOCKS);
  return subnet.replace(/\.\d+\/\d+$/, `.${host}`);
}

/** Tags on every resource of a deployment. */
export const childTags = (input: LifecycleInput): Record<string, string> => ({
  purpose: 'streaming-event',
  event: input.event,
  environment: input.template.environments[input.request.environment].tag,
  'managed-by': 'stream-control',
  template: `${input.template.name}-${input.template.version}`,
  deployment: input.deploymentId,
});
