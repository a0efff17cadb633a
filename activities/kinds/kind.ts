/** What a kind of component needs done to it: beside making its nodes, switching it and taking it away. */
import type { AzureClients } from '../../azure/clients.ts';
import type { Begun } from '../../azure/operations.ts';
import type { Tags } from '../../domain/ownership.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import type { CheckAgentSpec, DiscardSpec, PowerSpec } from '../../domain/seam/node-spec.ts';
import type { NodeHandler } from '../handler.ts';

/** Where something of a component is: `group` is the resource group. */
export interface Place<Spec> {
  input: NodeInput;
  spec: Spec;
  azure: AzureClients;
}

export interface Found {
  provisioningState?: string;
  tags?: Tags;
  /** Ids of what Azure deletes together with it. */
  along?: (string | undefined)[];
  /** Since when it costs nothing, ms since the epoch, where it is off and Azure says so. */
  offAt?: number;
}

/** Azure's words for what is off, of any kind. */
export const OFF = ['deallocated', 'stopped'];

/** One resource that a component consists of. */
export interface ComponentPart {
  id: string;
  name: string;
  /** Azure made it, and nobody may have tagged it: its name says whose it is. */
  untagged?: true;
  look(): Promise<Found | undefined>;
  remove(): Promise<Begun>;
}

export interface Switch {
  /** ARM type of what is switched. */
  type: string;
  /** Power as Azure says it, since when where it is off, and whose it is; undefined when it is absent. */
  look(place: Place<PowerSpec>): Promise<{ power: string; offAt?: number; tags: Tags | undefined } | undefined>;
  send(place: Place<PowerSpec>, id: string, action: PowerSpec['action']): Promise<Begun>;
  /** What it is called when it is off. */
  off: string;
  /** A change is billed from its request on, and not from its end. */
  billedFromRequest: boolean;
}

export interface KindActivities {
  /** What makes and checks its own nodes, by kind of node. */
  handlers: Record<string, NodeHandler>;
  switch: Switch;
  /** What it consists of, in the order in which Azure lets it go. */
  parts(place: Place<DiscardSpec>): ComponentPart[];
  /** What Azure says of one whose agent keeps silent. `off`: nobody will hear of it before it is started. */
  silent(place: Place<CheckAgentSpec>): Promise<{ text: string; off: boolean; offAt?: number }>;
}
