/** The event's components as the rules see them. */
import { componentId } from '../component.ts';
import type { Part } from '../kinds/kind.ts';
import type { Member } from '../plan/layout.ts';
import { partById, standingParts } from '../plan/parts.ts';
import type { Turn } from './turn.ts';

/** The components of the event, without those being removed. */
export const activeMembers = (turn: Turn): Member[] => turn.state.plan.layout.members.filter(({ removed }) => !removed);

export const activeParts = (turn: Turn): Part[] => standingParts(turn.input, turn.state.plan.layout);

export const componentsOf = (turn: Turn): string[] => activeMembers(turn).map(componentId);

/** A component of the event by its id; undefined for any other text. */
export function activePart(turn: Turn, component: string): Part | undefined {
  const part = partById(turn.input, turn.state.plan.layout, component);
  return part?.member.removed ? undefined : part;
}
