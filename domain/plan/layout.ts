import type { Component } from '../component.ts';
import type { StagedKeys } from '../seam/node-spec.ts';

/** One component at present: its size, its address slot, and its attempt. */
export interface Member extends Component {
  /** 1-based attempt at this component. Names and addresses contain it, so they never meet the remains of an earlier attempt. */
  variant: number;
  /** Of kinds that have an address of their own in a subnet: 0-based; kept while the component is there, reused afterwards. */
  slot?: number;
  /** VM size, of kinds that have one. */
  size?: string;
  /** Which sound of the programme it was asked to have, where that is not the usual one of its language. */
  audio?: string;
  /** Set while it is being taken off. */
  removed?: true;
}

/** What a plan is compiled for besides the request: everything that may change while the event lives. */
export interface Layout {
  region: string;
  resourceGroup: string;
  /** ISO 8601; creation of the group and its end. */
  createdAt: string;
  expiresAt: string;
  ttlSeconds: number;
  /** Every component, in the order of the template. */
  members: Member[];
  /** Images put in place of the template's while the event lives, by component. */
  images?: Record<string, string>;
  /** Whose stream keys the deployment, or the latest accepted change of languages, brought. */
  staged?: StagedKeys;
  /** Addresses that were made, by component: what others are told of when they are made. */
  addresses?: Record<string, string>;
  /** Client id of the identity that machines and agents have, found by preflight. */
  identityClientId: string;
}

/** Slots an address block has; four blocks of variants fit into a /24 above the reserved addresses. */
export const SLOTS = 60;
const BLOCKS = 4;

/** Private address of a machine: from `first` on in slot order. Each variant uses the next block, because its predecessor may still hold the address. */
export function machineAddress(prefix: string, first: number, { slot = 0, variant }: Member): string {
  const host = first + slot + SLOTS * ((variant - 1) % BLOCKS);
  return prefix.replace(/\.\d+\/\d+$/, `.${host}`);
}

/** The lowest slot that nobody has. */
export function freeSlot(members: readonly Member[]): number {
  const taken = new Set(members.map(({ slot }) => slot));
  let slot = 0;
  while (taken.has(slot) && slot < SLOTS) slot++;
  return slot;
}
