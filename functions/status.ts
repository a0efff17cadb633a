/** Where events and deployments stand. */
import { deploymentStatusSchema } from '../contract/api/deployment.ts';
import { eventStatusSchema } from '../contract/api/event.ts';
import { type StatusQuery, statusQuery } from '../domain/request/queries.ts';
import { deploymentOf } from '../durable/deployments.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { heardAgents } from './heard.ts';
import { knownDeployment } from './past.ts';
import { heardOf, tracksIn } from './sounds.ts';
import { presentersIn, relayNow } from './source.ts';
import { statusStream } from './stream.ts';
import { deploymentView, eventView } from './views.ts';

/** The event, with what its mixers say about streaming, and its relay about presenters, while it is up. */
async function event(call: Call & { query: StatusQuery }) {
  const lifecycle = await knownLifecycle(call, eventNamed(call.param('event')));
  const view = eventView(lifecycle);
  if (!view.connection || view.readyAt === null) return view;
  const [heard, relay] = await Promise.all([
    heardAgents(
      call.durable,
      view.deploymentId,
      view.connection.mixers.map(({ component }) => component),
    ),
    relayNow(call.settings, lifecycle, call.query.levels),
  ]);
  const tracks = tracksIn(relay);
  const mixers = view.connection.mixers.map((mixer) => {
    const { heartbeat, desired } = heard.get(mixer.component) ?? {};
    const audio = desired?.audio ?? mixer.audio;
    return {
      ...mixer,
      ...(audio === undefined ? {} : { audio, ...(tracks && { heard: heardOf(audio, tracks) }) }),
      streaming: heartbeat?.streaming ?? null,
      heardAt: heartbeat?.at ?? null,
    };
  });
  const presenters = relay ? presentersIn(relay) : null;
  return { ...view, presenters, connection: { ...view.connection, mixers } };
}

export const statusDoors: Door[] = [
  door({
    name: 'api-status',
    method: 'GET',
    route: 'api/status/{event}',
    access: 'viewer',
    summary: 'One event: state, health, addresses, cost',
    query: statusQuery,
    bodies: { 200: eventStatusSchema },
    answers: { 200: 'The event, ended or not', 404: 'No such event' },
    handle: async (call) => ({ json: await event(call) }),
  }),
  door({
    name: 'api-deployment-status',
    method: 'GET',
    route: 'api/deployment/{id}/status',
    access: 'viewer',
    summary: 'One deployment, present or past, node by node',
    bodies: { 200: deploymentStatusSchema },
    answers: { 200: 'The deployment', 404: 'No such deployment' },
    handle: async (call) => ({ json: await deploymentView(call.durable, await knownDeployment(call)) }),
  }),
  door({
    name: 'api-deployment-events',
    method: 'GET',
    route: 'api/deployment/{id}/events',
    access: 'viewer',
    summary: 'The status of a deployment as it changes: server-sent events',
    answers: { 200: 'text/event-stream; each event is the whole status', 404: 'No such deployment' },
    async handle(call) {
      const { durable, request } = call;
      const id = (await knownDeployment(call)).input.deploymentId;
      return {
        type: 'text/event-stream',
        headers: { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
        stream: statusStream(
          async () => {
            const deployment = await deploymentOf(durable, id);
            if (!deployment) return undefined;
            return { status: await deploymentView(durable, deployment), last: deployment.ended };
          },
          request.headers.get('last-event-id'),
          call.left,
        ),
      };
    },
  }),
];
