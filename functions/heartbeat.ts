/** `POST /api/agents/heartbeat`: a mixer says how it is and hears what to do. */

import { answerSchema, HEARTBEAT_ROUTE, heartbeatSchema, readHeartbeat, speakerSchema } from '../contract/heartbeat.ts';
import { eventOfDeployment } from '../domain/names.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import { problemsOf } from '../domain/request/problems.ts';
import type { Message } from '../domain/seam/message.ts';
import { is } from '../domain/states.ts';
import { lifecycleOf } from '../durable/deployments.ts';
import { stateOf } from '../durable/entity.ts';
import { send } from '../durable/send.ts';
import { type MixerState, mixerEntity, newMixer, verdictOf } from '../entities/mixer.ts';
import { ports } from '../ports/index.ts';
import { provenAgent } from './agent-proof.ts';
import { door } from './door.ts';
import { invalid, Problem } from './problem.ts';
import { decoded } from './views.ts';

export const heartbeatDoors = [
  door({
    name: 'api-agents-heartbeat',
    method: 'POST',
    route: HEARTBEAT_ROUTE,
    access: 'own-proof',
    summary: 'A mixer says how it is and hears what to do',
    schema: heartbeatSchema,
    validatesItself: true,
    bodies: { 200: answerSchema },
    hearsAnyhow: true,
    answers: { 200: 'What to do', 404: 'No such language', 410: 'The deployment is gone: stop' },
    async handle(call) {
      // Only who speaks can be refused: a mixer whose words are refused would be taken for silent, and restarted.
      const speaker = speakerSchema.safeParse(call.body);
      if (!speaker.success) throw invalid(problemsOf(speaker.error));
      const { deploymentId, language } = speaker.data;
      await provenAgent(call, deploymentId);
      const event = eventOfDeployment(deploymentId);
      const lifecycle = event === undefined ? undefined : await lifecycleOf(call.durable, event);
      // A lifecycle that broke under a running event does not take it off the air.
      const over = lifecycle?.over || (is(lifecycle?.status?.s, 'over') && !lifecycle?.broken);
      if (!event || lifecycle?.input.deploymentId !== deploymentId || over)
        throw new Problem(410, 'This deployment is gone; stop');
      // A token belongs to all mixers of a deployment, so what it names is looked up: nothing is kept of what does not exist.
      const machine = decoded(lifecycle).machines.find((one) => one.language === language);
      if (!machine) throw new Problem(404, 'This deployment has no such language');
      if (machine.removed) throw new Problem(410, 'This language has left the event; stop');
      const at = new Date(ports().now()).toISOString();
      const heartbeat = readHeartbeat(speaker.data, at);
      const entity = mixerEntity(deploymentId, language);
      const before = (await stateOf<MixerState>(call.durable, entity)) ?? newMixer();
      await call.durable.signalEntity(entity, 'hear', heartbeat);
      const verdict = verdictOf(heartbeat);
      // The first word counts as a difference: the check of a mixer that has just come up need not look again.
      if (
        !before.heartbeat ||
        JSON.stringify(verdict) !== JSON.stringify(before.told ?? { healthy: true, problems: [] })
      ) {
        const message: Message = { type: 'health', deploymentId, component: `mixer-${language}`, ...verdict, at };
        await send(call.durable, event, message);
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
