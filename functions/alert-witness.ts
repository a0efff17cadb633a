/** What a component itself says at the moment in which Azure says that it failed: it knows better. */

import { clients } from '../azure/clients.ts';
import { probe } from '../azure/probe.ts';
import { resourceName } from '../domain/names.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DecodedStatus } from '../domain/status/decode.ts';
import { stateOf } from '../durable/entity.ts';
import { isSilent, type MixerState, mixerEntity, verdictOf } from '../entities/mixer.ts';
import { ports } from '../ports/index.ts';
import type { Call } from './door.ts';

/** Names in lower case of the Azure resources that a component consists of now. */
export function namesOf({ machines, region }: DecodedStatus, event: string, component: string): string[] {
  const names =
    component === 'relay' || component === 'slides'
      ? [resourceName.containerGroup(component, event, region)]
      : machines
          .filter(({ language, removed }) => !removed && component === `mixer-${language}`)
          .map(({ language, variant }) => resourceName.mixer(language, event, variant));
  return names.map((name) => name.toLowerCase());
}

/** When (ISO 8601) it last said that it is well, where that is fresh; undefined when it does not say so. */
export async function witnessOf(
  { durable, settings }: Pick<Call, 'durable' | 'settings'>,
  input: LifecycleInput,
  status: DecodedStatus,
  component: string,
): Promise<string | undefined> {
  const now = ports().now();
  if (component === 'relay' || component === 'slides') {
    const { transport } = await clients(settings.subscriptionId);
    const seen = await probe(transport, status.hosts[component], input.template[component].healthPort);
    return seen.healthy ? new Date(now).toISOString() : undefined;
  }
  const entity = mixerEntity(input.deploymentId, component.slice('mixer-'.length));
  const heartbeat = (await stateOf<MixerState>(durable, entity))?.heartbeat;
  if (!heartbeat || !verdictOf(heartbeat).healthy) return undefined;
  const seconds = heartbeatInterval(
    input.template.mixer.heartbeatSeconds,
    input.installation.timeScale,
    status.machines.length,
  );
  return isSilent(heartbeat, seconds * 1000, now) ? undefined : heartbeat.at;
}
