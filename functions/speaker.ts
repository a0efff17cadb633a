/** Which component an agent's words are of. A token belongs to all agents of a deployment, so what it names is looked up. */
import type { DurableClient } from 'durable-functions';
import type { z } from 'zod';
import type { speakerSchema } from '../contract/heartbeat.ts';
import { hasAgent } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { isMixer } from '../domain/kinds/view.ts';
import { eventOfDeployment } from '../domain/names.ts';
import { partOf } from '../domain/plan/parts.ts';
import { is } from '../domain/states.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { layoutOf } from '../domain/status/parts.ts';
import { type Lifecycle, lifecycleOf } from '../durable/deployments.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

type Said = Pick<z.output<typeof speakerSchema>, 'deploymentId' | 'language' | 'component'>;
export interface Speaker {
  event: string;
  lifecycle: Lifecycle;
  shown: DecodedStatus;
  part: Part;
}

/** Who speaks: the component that says so, else the one with an agent of its language. */
const speaking = (parts: readonly Part[], { language, component }: Said) =>
  parts.find(
    (part) =>
      hasAgent(part.rule) &&
      (component === undefined ? isMixer(part) && part.member.each === language : part.id === component),
  );

/** @throws Problem 404 for what the deployment never had; 410 for what it has no more, or for a deployment that is gone */
export async function speakerOf(durable: DurableClient, said: Said): Promise<Speaker> {
  const event = eventOfDeployment(said.deploymentId);
  const lifecycle = event === undefined ? undefined : await lifecycleOf(durable, event);
  // A lifecycle that broke under a running event does not take it off the air.
  const over = lifecycle?.over || (is(lifecycle?.status?.s, 'over') && !lifecycle?.broken);
  if (!event || lifecycle?.input.deploymentId !== said.deploymentId || over)
    throw new Problem(410, 'This deployment is gone; stop');
  const shown = decoded(lifecycle);
  const layout = layoutOf(lifecycle.input, shown);
  const all = layout.members.map((member) => partOf(lifecycle.input, layout, member));
  const part = speaking(all, said);
  if (!part) throw new Problem(404, 'This deployment has no such language or component');
  if (part.member.removed) throw new Problem(410, 'This component has left the event; stop');
  return { event, lifecycle, shown, part };
}
