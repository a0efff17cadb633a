import { checkId, componentId } from '../component.ts';
import type { Member } from '../plan/layout.ts';
import type { GraphNode } from '../plan/node.ts';
import type { CheckAgentSpec } from '../seam/node-spec.ts';
import type { Part } from './kind.ts';

/** The node that asks whether a component is well. */
export function checkNode(member: Member, step: 'check-http' | 'check-agent'): GraphNode {
  const component = componentId(member);
  const each = member.each === undefined ? {} : { each: member.each };
  return { id: checkId(component), kind: 'check', step, dependsOn: [component], component, ...each, check: true };
}

/** The check of a component with an agent. @param name of its resource in Azure. @param delivers whether it must prove that what it sends arrives */
export const checkAgent = ({ id, rule, input }: Part, name: string, delivers = false): CheckAgentSpec => ({
  kind: 'check-agent',
  component: id,
  ...(delivers ? { delivers } : {}),
  of: rule.kind,
  name,
  ...input.template.checks,
});
