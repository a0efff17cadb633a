/** `POST /api/agents/heartbeat`: a mixer says how it is and hears what to do. */

import {
  answerSchema,
  HEARTBEAT_ROUTE,
  type Heartbeat,
  heartbeatSchema,
  readHeartbeat,
  speakerSchema,
} from '../contract/heartbeat.ts';
import { kindOf, mustDeliver } from '../domain/kinds/index.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import { problemsOf } from '../domain/request/problems.ts';
import type { Message } from '../domain/seam/message.ts';
import { stateOf } from '../durable/entity.ts';
import { send } from '../durable/send.ts';
import { type AgentState, agentEntity, hasDelivered, newAgent, verdictOf } from '../entities/agent.ts';
import { ports } from '../ports/index.ts';
import { provenAgent } from './agent-proof.ts';
import { door } from './door.ts';
import { pictureSecondsOf } from './pictures/watched.ts';
import { invalid } from './problem.ts';
import { speakerOf } from './speaker.ts';

/** Who is about to prove that what it sends arrives is heard again so soon: the event waits for nothing else. */
const SOON_SECONDS = 2;

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
      const { deploymentId } = speaker.data;
      await provenAgent(call, deploymentId);
      // Nothing is kept of what does not exist.
      const { event, lifecycle, shown, part } = await speakerOf(call.durable, speaker.data);
      const at = new Date(ports().now()).toISOString();
      const heartbeat = readHeartbeat(speaker.data, at);
      const entity = agentEntity(deploymentId, part.id);
      const before = (await stateOf<AgentState>(call.durable, entity)) ?? newAgent();
      await call.durable.signalEntity(entity, 'hear', heartbeat);
      const verdict = verdictOf(heartbeat);
      const { installation, request } = lifecycle.input;
      const streaming = before.desired.streaming && request.keysGiven;
      const mustShow = streaming && mustDeliver(part.rule, request);
      const isReady = (word: Heartbeat | undefined): boolean => word !== undefined && (!mustShow || hasDelivered(word));
      // The first word counts as a difference: the check of a mixer that has just come up need not look again. That it is well is
      // said of one that must deliver when it has.
      const news =
        isReady(heartbeat) !== isReady(before.heartbeat) ||
        JSON.stringify(verdict) !== JSON.stringify(before.told ?? { healthy: true, problems: [] });
      if (verdict.healthy ? news && isReady(heartbeat) : news || !before.heartbeat) {
        const message: Message = { type: 'health', deploymentId, component: part.id, ...verdict, at };
        await send(call.durable, event, message);
      }
      const seconds = kindOf(part.rule).heartbeat(part.rule) ?? 10;
      return {
        json: {
          ...before.desired,
          streaming,
          intervalSeconds: heartbeatInterval(
            verdict.healthy && !isReady(heartbeat) ? Math.min(seconds, SOON_SECONDS) : seconds,
            installation.timeScale,
            shown.members.length,
          ),
          ...(await pictureSecondsOf(call.settings, deploymentId)),
        },
      };
    },
  }),
];
