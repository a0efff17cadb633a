import { actionId, componentId } from '../component.ts';
import { hasAgent, kindOf } from '../kinds/index.ts';
import { secretsOf } from '../plan/each.ts';
import type { Member } from '../plan/layout.ts';
import { partOf } from '../plan/parts.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { SecretPlace } from '../seam/node-spec.ts';
import { startAction } from './nodes.ts';
import type { Turn } from './turn.ts';

/** Secrets that belong to one component, or to its language. */
const ownSecrets = (input: LifecycleInput, member: Member): SecretPlace[] =>
  secretsOf(input, [member]).flatMap(({ rule, ...place }) => (rule.each === undefined ? [] : [place]));

/**
 * Deletes the resources of a component, as the layout names them now.
 * @param leaves whether it leaves the event: its secrets and its agent's memory are deleted too
 */
export function discardMember(turn: Turn, member: Member, leaves: boolean): void {
  const { input, state } = turn;
  const part = partOf(input, state.plan.layout, member);
  const component = componentId(member);
  const kind = kindOf(part.rule);
  startAction(turn, actionId.discard(component, member.variant), {
    kind: 'discard',
    of: kind.name,
    component,
    ...kind.discard(part),
    secrets: leaves ? ownSecrets(input, member) : [],
    forget: leaves && hasAgent(part.rule),
  });
}
