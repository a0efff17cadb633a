/** Which of two presenters is on air: what the relay says of them, and what it is told. */
import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import type { LiveRelay } from '../contract/api/live.ts';
import { type Presenters, presentersSchema, type SourceTold, sourceToldSchema } from '../contract/api/source.ts';
import type { WantedPresenter } from '../contract/presenters.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { sourceSchema } from '../domain/request/commands.ts';
import { is } from '../domain/states.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { type PresenterState, presenterEntity } from '../entities/presenter.ts';
import { healthOf } from '../inspect/health.ts';
import { readAt } from '../inspect/relay.ts';
import { type Call, type Door, door } from './door.ts';
import { shared } from './live/shared.ts';
import { writeDown } from './note.ts';
import { switchSource } from './presenters.ts';
import { Problem } from './problem.ts';
import { controlled, tellable } from './told.ts';
import { decoded } from './views.ts';
import { write } from './written.ts';

/** Milliseconds that what a relay said of its presenters may be old. */
const HEARD = 1_500;

/** Both presenters as a component says of them in its health; null where it does not. */
export function presentersIn({ component, healthy, health }: LiveRelay): Presenters | null {
  const said = healthy ? health?.presenters : undefined;
  const read = presentersSchema.safeParse({ component, ...(typeof said === 'object' ? said : {}) });
  return read.success ? read.data : null;
}

async function askedOf(settings: Settings, lifecycle: Lifecycle, part: Part, levels: boolean) {
  const seen = await healthOf(await clients(settings.subscriptionId), part, decoded(lifecycle), levels);
  return seen && { component: part.id, ...seen };
}

/** What the relay that takes the presenters says of itself; undefined while the event is not up. @param levels as in inspect/health.ts */
export async function relayNow(
  settings: Settings,
  lifecycle: Lifecycle,
  levels = false,
): Promise<LiveRelay | undefined> {
  const { state, sick } = decoded(lifecycle);
  const found = is(state, 'up') && !lifecycle.over ? controlled(lifecycle) : undefined;
  // One that is known to be unwell would only be waited for.
  if (!found || sick.includes(found.part.id)) return undefined;
  const key = `relay ${lifecycle.input.deploymentId} ${levels}`;
  return await shared(key, HEARD, () => askedOf(settings, lifecycle, found.part, levels));
}

/** Says which presenter is to be on air. @throws Problem 404, 409, 410; 503 while the relay does not answer */
export async function putOnAir(call: Call, active: WantedPresenter): Promise<SourceTold> {
  const { lifecycle } = await tellable(call, 'source');
  const { event } = lifecycle.input;
  const found = controlled(lifecycle);
  // Only an event that has one takes the command.
  if (!found) throw new Problem(409, 'Nothing of it takes two presenters');
  const azure = await clients(call.settings.subscriptionId);
  const passphrase = await readAt(azure, call.settings, found.control.secret);
  if (passphrase === undefined)
    throw new Problem(409, 'The event has no passphrase yet; ask again when provisioning has begun');
  await writeDown(call, lifecycle, 'command', `source ${active} by ${call.who.name}`);
  const shows = (state: PresenterState | undefined) => state?.active === active;
  await write(call.durable, presenterEntity(lifecycle.input.deploymentId), 'want', { active }, shows);
  const told = await switchSource(azure.transport, { ...found.control, passphrase }, active);
  if (!told.ok)
    throw new Problem(503, `${found.part.id} is not told yet: ${told.reason}; it will be when it answers`, {
      headers: { 'retry-after': '5' },
    });
  return { event, component: found.part.id, ...told.answer };
}

export const sourceDoors: Door[] = [
  door({
    name: 'api-events-source',
    method: 'POST',
    route: 'api/events/{event}/source',
    access: 'operator',
    summary: 'Puts the main or the backup presenter on air, or leaves it to the relay',
    schema: sourceSchema,
    bodies: { 200: sourceToldSchema },
    answers: {
      200: 'Told; the other takes over at its next key frame',
      404: 'No such event',
      409: 'Nothing of it takes two presenters, or it is not up',
      410: 'Gone',
      503: 'The relay does not answer; it is told when it does',
    },
    handle: async (call) => ({ json: await putOnAir(call, call.body.active) }),
  }),
];
