/** `POST /api/agents/heartbeat`: a mixer says how it is and hears what to do. */

import type { z } from 'zod';
import {
  answerSchema,
  HEARTBEAT_ROUTE,
  type Heartbeat,
  heartbeatSchema,
  readHeartbeat,
  speakerSchema,
} from '../contract/heartbeat.ts';
import { hasAgent, kindOf, mustDeliver } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { isMixer } from '../domain/kinds/view.ts';
import { eventOfDeployment } from '../domain/names.ts';
import { partOf } from '../domain/plan/parts.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import { problemsOf } from '../domain/request/problems.ts';
import type { Message } from '../domain/seam/message.ts';
import { is } from '../domain/states.ts';
import { layoutOf } from '../domain/status/parts.ts';
import { lifecycleOf } from '../durable/deployments.ts';
import { stateOf } from '../durable/entity.ts';
import { send } from '../durable/send.ts';
import { type AgentState, agentEntity, hasDelivered, newAgent, verdictOf } from '../entities/agent.ts';
import { ports } from '../ports/index.ts';
import { provenAgent } from './agent-proof.ts';
import { door } from './door.ts';
import { invalid, Problem } from './problem.ts';
import { decoded } from './views.ts';

/** Who speaks: the component that says so, else the one with an agent of its language. */
const speaking = (
  parts: readonly Part[],
  { language, component }: Pick<z.output<typeof speakerSchema>, 'language' | 'component'>,
) =>
  parts.find(
    (part) =>
      hasAgent(part.rule) &&
      (component === undefined ? isMixer(part) && part.member.each === language : part.id === component),
  );

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
      const event = eventOfDeployment(deploymentId);
      const lifecycle = event === undefined ? undefined : await lifecycleOf(call.durable, event);
      // A lifecycle that broke under a running event does not take it off the air.
      const over = lifecycle?.over || (is(lifecycle?.status?.s, 'over') && !lifecycle?.broken);
      if (!event || lifecycle?.input.deploymentId !== deploymentId || over)
        throw new Problem(410, 'This deployment is gone; stop');
      // A token belongs to all agents of a deployment, so what it names is looked up: nothing is kept of what does not exist.
      const shown = decoded(lifecycle);
      const layout = layoutOf(lifecycle.input, shown);
      const all = layout.members.map((member) => partOf(lifecycle.input, layout, member));
      const part = speaking(all, speaker.data);
      if (!part) throw new Problem(404, 'This deployment has no such language or component');
      if (part.member.removed) throw new Problem(410, 'This component has left the event; stop');
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
          intervalSeconds: heartbeatInterval(seconds, installation.timeScale, shown.members.length),
        },
      };
    },
  }),
];
