import { actionId, componentId } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import { secretName } from '../names.ts';
import type { Member } from '../plan/layout.ts';
import { partOf } from '../plan/parts.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { SecretPlace } from '../seam/node-spec.ts';
import { startAction } from './nodes.ts';
import type { Turn } from './turn.ts';

/** Secrets that belong to one component, or to its language. */
function secretsOf({ template, deploymentId }: LifecycleInput, { name, each }: Member): SecretPlace[] {
  const forLanguage = template.components[name]?.each === 'language';
  return Object.entries(template.secrets).flatMap(([secret, rule]) =>
    each !== undefined && (rule.each === name || (rule.each === 'language' && forLanguage))
      ? [{ vault: rule.vault, secret: secretName.of(deploymentId, secret, each) }]
      : [],
  );
}

/**
 * Deletes what a component consists of, as it is in the layout now.
 * @param leaves whether it leaves the event: its secrets, and what is known of its agent, go too
 */
export function discardMember(turn: Turn, member: Member, leaves: boolean): void {
  const { input, state } = turn;
  const part = partOf(input, state.layout, member);
  const component = componentId(member);
  const kind = kindOf(part.rule);
  startAction(turn, actionId.discard(component, member.variant), {
    kind: 'discard',
    of: kind.name,
    component,
    ...kind.discard(part),
    secrets: leaves ? secretsOf(input, member) : [],
    forget: leaves && kind.heartbeat(part.rule) !== undefined,
  });
}
