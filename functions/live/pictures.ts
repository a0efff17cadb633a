/** `GET /api/live/pictures`: small moving pictures of an event, all in one stream, while somebody looks. */
import type { DurableClient } from 'durable-functions';
import { z } from 'zod';
import { clients } from '../../azure/clients.ts';
import { askRelay } from '../../azure/control.ts';
import { probe } from '../../azure/probe.ts';
import type { Settings } from '../../azure/settings.ts';
import type { LivePicture } from '../../contract/api/pictures.ts';
import { frameSchema } from '../../contract/pictures.ts';
import { PREVIEW_ROUTE } from '../../contract/relay-control.ts';
import { relayHealthSchema } from '../../contract/relay-health.ts';
import { own } from '../../domain/own.ts';
import { is } from '../../domain/states.ts';
import { type Lifecycle, lifecycleOf } from '../../durable/deployments.ts';
import { type Relay, relayOf } from '../../inspect/relay.ts';
import { ports } from '../../ports/index.ts';
import { eventNamed, knownLifecycle } from '../command.ts';
import { type Door, door } from '../door.ts';
import { partsIn } from '../parts.ts';
import { picturesOf } from '../pictures/store.ts';
import { decoded } from '../views.ts';
import { shared } from './shared.ts';
import { liveStream, type Part } from './stream.ts';

/** Milliseconds: pictures come every second and are at most two seconds old on the page. */
const PACE = { look: 500, retry: 1_000 };
/** Milliseconds that may be old: what the event consists of, what relays showed, passphrases of relays, word that somebody looks. */
const [STANDING, SHOWN, PASSPHRASE, LOOKED] = [2_000, 900, 60_000, 2_000];

/** What the levels of a relay's tracks look like in its health; anything else shows no level. */
const levels = relayHealthSchema.pick({ tracks: true });

/** What a relay has on air, with the level of the floor's sound. */
async function programme(settings: Settings, relay: Relay): Promise<LivePicture | undefined> {
  const { transport } = await clients(settings.subscriptionId);
  const [shown, seen] = await Promise.all([
    askRelay(transport, relay, { method: 'GET', path: PREVIEW_ROUTE }),
    probe(transport, relay.host, relay.port, `${relay.path}?levels`),
  ]);
  const said = levels.safeParse(seen.healthy ? seen.health : undefined);
  const frame = frameSchema.safeParse({
    type: shown.type,
    picture: Buffer.from(shown.bytes).toString('base64'),
    peakDb: said.data?.tracks[0]?.peakDb ?? null,
  });
  if (shown.status !== 200 || !frame.success) return undefined;
  return { component: relay.component, language: null, at: new Date(ports().now()).toISOString(), ...frame.data };
}

const relaysIn = (settings: Settings, lifecycle: Lifecycle): Promise<Relay[]> =>
  shared(`passphrases ${lifecycle.input.deploymentId}`, PASSPHRASE, async () => {
    const azure = await clients(settings.subscriptionId);
    const { hosts } = decoded(lifecycle);
    const found = await Promise.all(
      partsIn(lifecycle).map((part) => relayOf(azure, settings, part, own(hosts, part.id))),
    );
    return found.flatMap((one) => one ?? []);
  });

/** Every picture there is now; undefined when there is no such event any more. */
async function look(durable: DurableClient, settings: Settings, name: string): Promise<readonly Part[] | undefined> {
  const lifecycle = await shared(`standing ${name}`, STANDING, () => lifecycleOf(durable, name));
  if (!lifecycle || lifecycle.over) return undefined;
  const { deploymentId } = lifecycle.input;
  if (!is(decoded(lifecycle).state, 'up')) return [];
  const store = picturesOf(settings);
  await shared(`look ${deploymentId}`, LOOKED, () => store.look(deploymentId, ports().now()));
  const relays = await relaysIn(settings, lifecycle);
  const [kept, ...shown] = await Promise.all([
    shared(`pictures ${deploymentId}`, PACE.look / 2, () => store.kept(deploymentId)),
    ...relays.map((relay) =>
      shared(`programme ${deploymentId} ${relay.component}`, SHOWN, () =>
        // One that does not answer has no picture; that it does not answer is told elsewhere.
        programme(settings, relay).catch(() => undefined),
      ),
    ),
  ]);
  return [...shown.flatMap((one) => one ?? []), ...kept].map((picture) => ({
    name: 'picture',
    key: picture.component,
    body: picture,
    meaning: picture.at,
  }));
}

const picturesQuery = z.strictObject({
  event: z.string().max(200).meta({ description: 'Whose pictures' }),
});

export const livePictureDoors: Door[] = [
  door({
    name: 'api-live-pictures',
    method: 'GET',
    route: 'api/live/pictures',
    access: 'viewer',
    summary: 'Small moving pictures of an event, all in one stream, made while somebody looks',
    query: picturesQuery,
    answers: { 200: 'text/event-stream; contract/api/pictures.ts names the parts', 404: 'No such event' },
    async handle(call) {
      const { durable, settings, query } = call;
      const name = eventNamed(query.event);
      await knownLifecycle(call, name);
      return {
        type: 'text/event-stream',
        headers: { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
        stream: liveStream(() => look(durable, settings, name), null, call.left, PACE),
      };
    },
  }),
];
