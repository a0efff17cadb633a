import { parseComponent } from '../component.ts';
import { secretName } from '../names.ts';
import { kindIn } from '../plan/parts.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { SecretPlace } from '../seam/node-spec.ts';
import { AGENTS_VAULT } from '../template/schema.ts';

/**
 * Every secret that a deployment can have had.
 * @param components ids of all components there ever were
 */
export function secretPlaces(
  { template, deploymentId, installation }: LifecycleInput,
  components: readonly string[],
): SecretPlace[] {
  const eaches = (of: string): string[] => [
    ...new Set(
      components.map(parseComponent).flatMap(({ name, each }) => {
        const mine = of === 'language' ? template.components[name]?.each === 'language' : name === of;
        return mine && each !== undefined ? [each] : [];
      }),
    ),
  ];
  const places = Object.entries(template.secrets).flatMap(([name, { vault, each }]) =>
    (each === undefined ? [undefined] : eaches(each)).map((one) => ({
      vault,
      secret: secretName.of(deploymentId, name, one),
    })),
  );
  return installation.localAgents
    ? [...places, { vault: AGENTS_VAULT, secret: secretName.agent(deploymentId) }]
    : places;
}

/** Ids of all components there ever were that have an agent. */
export const agentsOf = ({ template }: LifecycleInput, components: readonly string[]): string[] =>
  components.filter((id) => {
    const rule = template.components[parseComponent(id).name];
    return rule !== undefined && kindIn(template, parseComponent(id)).heartbeat(rule) !== undefined;
  });
