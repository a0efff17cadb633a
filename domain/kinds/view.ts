/** What people are told of where components are found: names of the contract. */
import type { EventStatus } from '../../contract/api/event.ts';
import { own } from '../own.ts';
import { soundOf } from '../plan/parts.ts';
import { fillTexts } from '../references.ts';
import { hasAgent, kindOf } from './index.ts';
import type { Part } from './kind.ts';

type Connection = NonNullable<EventStatus['connection']>;
type Health = Connection['mixers'][number]['health'];

/** What is known of the components, by their ids. */
export interface Seen {
  /** Names as Azure gave them. */
  hosts: Readonly<Record<string, string>>;
  addresses: Readonly<Record<string, string>>;
  health(component: string): Health;
}

/** A part's texts with the name that Azure gave it. */
export const filled = (texts: Readonly<Record<string, string>>, { scope, id }: Part, { hosts }: Pick<Seen, 'hosts'>) =>
  fillTexts(texts, (reference) => (reference === 'self.host' ? own(hosts, id) : undefined) ?? scope(reference));

/** Components that speak for a language: each has an agent. */
export const isMixer = ({ rule }: Pick<Part, 'rule'>): boolean => rule.each === 'language' && hasAgent(rule);

/** Addresses of single components by the names their rules give them, the languages' components, and every component. */
export function connectionView(parts: readonly Part[], seen: Seen): Connection {
  const single = parts.filter(({ member }) => member.each === undefined);
  const urls: Record<string, string> = Object.assign(
    {},
    ...single.map((part) => filled(part.rule.connection, part, seen)),
  );
  const hostOf = ({ id }: Part): string | null => own(seen.hosts, id) ?? own(seen.addresses, id) ?? null;
  return {
    ...urls,
    mixers: parts.filter(isMixer).map((part) => ({
      language: part.member.each ?? '',
      component: part.id,
      host: hostOf(part),
      rdp: kindOf(part.rule).entrance?.(part, own(seen.addresses, part.id)).rdp ?? null,
      health: seen.health(part.id),
      audio: soundOf(part.input, part.member),
    })),
    components: parts.map((part) => ({
      component: part.id,
      kind: part.rule.kind,
      title: part.rule.title ?? part.member.name,
      each: part.member.each ?? null,
      host: hostOf(part),
      health: seen.health(part.id),
      urls: filled(part.rule.connection, part, seen),
    })),
  };
}
