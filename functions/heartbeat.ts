/** `POST /api/agents/heartbeat`: a mixer says how it is and hears what to do. */
import { z } from 'zod';
import { type Heartbeat, type MixerState, mixerEntity, newMixer, verdictOf } from '../activities/mixer-entity.ts';
import { eventOfDeployment, instanceId, LANGUAGE } from '../domain/names.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import { is } from '../domain/states.ts';
import { INBOX, type Message } from '../domain/workflow.ts';
import { ports } from '../ports/index.ts';
import { provenAgent } from './agent-proof.ts';
import { door } from './door.ts';
import { isBroken, lifecycleOf } from './instances.ts';
import { Problem } from './problem.ts';

const count = z.number().int().min(0);

/** Agents of a later version may say more than this one understands. */
export const heartbeatSchema = z.looseObject({
  deploymentId: z.string().min(5).max(60),
  language: z.string().regex(LANGUAGE, 'must be a language of the event'),
  streaming: z.boolean(),
  scene: z.string().max(60).nullish(),
  reconnects: count.optional(),
  droppedFrames: count.optional(),
  sources: z.record(z.string().max(40), z.unknown()).optional().describe('State by source'),
  problems: z.array(z.string().max(200)).max(10).optional().describe('Why the mixer is unwell; empty when it is well'),
});

export const heartbeatDoors = [
  door({
    name: 'api-agents-heartbeat',
    method: 'POST',
    route: 'api/agents/heartbeat',
    access: 'own-proof',
    summary: 'A mixer says how it is and hears what to do',
    schema: heartbeatSchema,
    answers: { 200: 'What to do', 410: 'The deployment is gone: stop' },
    async handle(call) {
      const { deploymentId, language, streaming, scene, reconnects, droppedFrames, sources, problems } = call.body;
      await provenAgent(call, deploymentId);
      const event = eventOfDeployment(deploymentId);
      const lifecycle = event === undefined ? undefined : await lifecycleOf(call.durable, event);
      // A lifecycle that broke under a running event does not take it off the air.
      const over = is(lifecycle?.status?.s, 'over') || (lifecycle?.ended && !isBroken(lifecycle));
      if (!event || lifecycle?.input.deploymentId !== deploymentId || over)
        throw new Problem(410, 'This deployment is gone; stop');
      const at = new Date(ports().now()).toISOString();
      const heartbeat: Heartbeat = {
        at,
        streaming,
        ...(scene ? { scene } : {}),
        ...(reconnects === undefined ? {} : { reconnects }),
        ...(droppedFrames === undefined ? {} : { droppedFrames }),
        ...(sources === undefined ? {} : { sources: shortened(sources) }),
        ...(problems === undefined ? {} : { problems }),
      };
      const entity = mixerEntity(deploymentId, language);
      const before = (await call.durable.readEntityState<MixerState>(entity)).entityState ?? newMixer();
      await call.durable.signalEntity(entity, 'hear', heartbeat);
      const verdict = verdictOf(heartbeat);
      // The first word counts as a difference: the check of a mixer that has just come up need not look again.
      if (
        !before.heartbeat ||
        JSON.stringify(verdict) !== JSON.stringify(before.told ?? { healthy: true, reasons: [] })
      ) {
        const message: Message = { type: 'health', deploymentId, component: `mixer-${language}`, ...verdict, at };
        await call.durable.raiseEvent(instanceId.lifecycle(event), INBOX, message);
      }
      const { installation, template, request } = lifecycle.input;
      return {
        json: {
          ...before.desired,
          streaming: before.desired.streaming && request.keysGiven,
          intervalSeconds: heartbeatInterval(
            template.mixer.heartbeatSeconds,
            installation.timeScale,
            request.languages.length,
          ),
        },
      };
    },
  }),
];

/** States of sources as short texts: the entity's state must stay small. */
const shortened = (sources: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(sources)
      .slice(0, 8)
      .map(([name, state]) => [name, (typeof state === 'string' ? state : JSON.stringify(state)).slice(0, 100)]),
  );
