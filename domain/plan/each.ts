/** Whom `each` of a template means, and the secrets that go by it. */
import type { Component } from '../component.ts';
import { hasAgent } from '../kinds/index.ts';
import { secretName } from '../names.ts';
import { own } from '../own.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { SecretPlace } from '../seam/node-spec.ts';
import { AGENTS_VAULT, type SecretRule, type Template } from '../template/schema.ts';

/** Whether a component is there for a language. */
export const isForLanguage = ({ components }: Template, { name }: Pick<Component, 'name'>): boolean =>
  own(components, name)?.each === 'language';

/** Languages or numbers, in order, of the components that `each` means: `language`, or the name of one that is counted. */
export const eachesOf = (template: Template, each: string, components: readonly Component[]): string[] => [
  ...new Set(
    components.flatMap((one) => {
      const meant = each === 'language' ? isForLanguage(template, one) : one.name === each;
      return meant ? (one.each ?? []) : [];
    }),
  ),
];

/** Whether a component comes with an agent; one that the template does not know has none. */
export function isWithAgent({ components }: Template, { name }: Pick<Component, 'name'>): boolean {
  const rule = own(components, name);
  return rule !== undefined && hasAgent(rule);
}

/** Every secret of the template that some components have, with its rule. */
export const secretsOf = (
  { template, deploymentId }: LifecycleInput,
  components: readonly Component[],
): (SecretPlace & { rule: SecretRule })[] =>
  Object.entries(template.secrets).flatMap(([name, rule]) =>
    (rule.each === undefined ? [undefined] : eachesOf(template, rule.each, components)).map((each) => ({
      vault: rule.vault,
      secret: secretName.of(deploymentId, name, each),
      rule,
    })),
  );

/** What agents prove themselves with, where no managed identity does; none without an agent. */
export const agentSecrets = (
  { template, deploymentId, installation }: LifecycleInput,
  components: readonly Component[],
): SecretPlace[] =>
  installation.localAgents && components.some((one) => isWithAgent(template, one))
    ? [{ vault: AGENTS_VAULT, secret: secretName.agent(deploymentId) }]
    : [];
