/** The kinds of components there are. A kind is a plug-in: a folder here, one in activities/kinds, and a line in each index. */
import { own } from '../own.ts';
import type { ComponentRule } from '../template/schema.ts';
import { containers } from './containers/index.ts';
import type { Kind } from './kind.ts';
import { machine } from './machine/index.ts';

const kinds: Record<string, Kind> = {};

/** Makes a kind known, before any template is read. @throws Error when there is one of that name */
export function addKind<Rule extends ComponentRule>(kind: Kind<Rule>): void {
  if (own(kinds, kind.name)) throw new Error(`Cannot add the kind ${kind.name} as there is one already`);
  // A kind is only ever given components that its own schema has read.
  kinds[kind.name] = kind as unknown as Kind;
}
addKind(containers);
addKind(machine);

export const kindNames = (): string[] => Object.keys(kinds);
export const knownKind = (name: string): Kind | undefined => own(kinds, name);

/** Whether a component comes with an agent that sends heartbeats. */
export const hasAgent = (rule: ComponentRule): boolean => kindOf(rule).heartbeat(rule) !== undefined;

/** Whether a component of an event must prove that what it sends arrives: without a stream key nothing is sent. */
export const mustDeliver = (rule: ComponentRule, { keysGiven }: { keysGiven: boolean }): boolean =>
  keysGiven && kindOf(rule).delivers?.(rule) === true;

/** @throws Error for a kind that there is not (templates are checked when they are loaded) */
export function kindOf({ kind }: Pick<ComponentRule, 'kind'>): Kind {
  const found = own(kinds, kind);
  if (!found) throw new Error(`Cannot compose a component of kind ${kind}; there are ${kindNames().join(', ')}`);
  return found;
}
