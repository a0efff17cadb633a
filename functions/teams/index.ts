/** `POST /api/teams`: the outgoing webhook. Teams waits 5 s, so commands are taken here and their outcome is posted later. */

import { languagesSchema } from '../../domain/request/commands.ts';
import { parseDuration } from '../../domain/request/durations.ts';
import { problemsOf } from '../../domain/request/problems.ts';
import { TEAMS } from '../../domain/seam/command.ts';
import { is } from '../../domain/states.ts';
import { operationRecord } from '../../durable/deployments.ts';
import { ports } from '../../ports/index.ts';
import { eventNamed, knownLifecycle, sendCommand } from '../command.ts';
import { deploy } from '../deploy.ts';
import { type Call, type Door, door, type Reply } from '../door.ts';
import { listEvents } from '../event-list.ts';
import { changeSounds } from '../languages.ts';
import { invalid, Problem } from '../problem.ts';
import { putOnAir } from '../source.ts';
import { eventView } from '../views.ts';
import { activitySchema, FRESH, isFresh, readActivity } from './activity.ts';
import { type Card, cardMessage } from './cards.ts';
import { parseCommand, type TeamsCommand } from './parse.ts';
import { isFromTeams } from './proof.ts';

const HELP: Card = {
  title: 'stream-control',
  text: 'Mention me with one of these:',
  facts: [
    ['list', 'events'],
    ['status NAME', 'one event'],
    ['deploy NAME [languages a,b] [ttl 4h]', 'make an event appear'],
    ['extend NAME 4h', 'move its end'],
    ['source NAME main|backup|auto', 'which presenter is on air'],
    ['languages NAME audio french=fra,spanish=2', 'which sound of the programme languages get'],
    ['pause NAME, resume NAME', 'machines off and on'],
    ['teardown NAME confirm', 'remove it'],
  ],
};

/** A call whose words were written at a moment (ms since the epoch). */
interface Said extends Call {
  saidAt: number;
}

/**
 * What became of a command: its outcome where it was known already when it was written (a repeated teardown), else a promise
 * that perform.ts keeps. So a message that is delivered again is answered as it was.
 */
async function accepted({ durable, settings, saidAt }: Said, title: string, reply: Reply): Promise<Card> {
  const id = 'json' in reply ? String((reply.json as { operationId?: unknown }).operationId) : '';
  const record = await operationRecord(durable, id);
  const facts: Card['facts'] = [['operation', id]];
  if (record && Date.parse(record.at) < saidAt)
    return {
      title,
      text: `${record.outcome}${record.reason ? `: ${record.reason}` : ''}`,
      good: record.outcome === 'done',
      facts,
    };
  const follows = settings.teamsWorkflowUrl === undefined ? 'ask for its status' : 'the outcome follows here';
  return { title, text: `Accepted; ${follows}.`, facts };
}

/** The call as if its address had named the event. */
const of = (call: Said, event: string): Said => ({ ...call, param: () => event });

async function statusCard(call: Call, name: string): Promise<Card> {
  const view = eventView(await knownLifecycle(call, eventNamed(name)));
  return {
    title: `${view.title}: ${view.state}`,
    good: view.health.state !== 'degraded' && !is(view.state, 'failing'),
    ...(view.health.reasons.length > 0 ? { text: view.health.reasons.join('; ') } : {}),
    facts: [
      ['since', view.since],
      ['region', view.region],
      ['languages', view.languages.join(', ')],
      ['programme', view.connection?.srtUrl ?? '-'],
      ['expires', view.expiresAt ?? '-'],
      ['cost', `${view.cost.currency} ${view.cost.soFar} so far`],
    ],
  };
}

async function obey(call: Said, command: TeamsCommand): Promise<Card> {
  switch (command.verb) {
    case 'help':
      return HELP;
    case 'wrong':
      return { ...HELP, title: command.problem, good: false };
    case 'list': {
      const { events } = await listEvents({ durable: call.durable, query: {} });
      return {
        title: events.length === 0 ? 'No events' : 'Events',
        facts: events.map(({ event, state }) => [event, state]),
      };
    }
    case 'status':
      return await statusCard(call, command.event);
    case 'deploy': {
      const { verb: _verb, ...body } = command;
      return await accepted(call, `Deploying ${command.event}`, await deploy({ ...call, body, query: {} }));
    }
    case 'extend': {
      const ttlSeconds = parseDuration(command.ttl);
      if (ttlSeconds === undefined) return { ...HELP, title: 'That is no duration such as 4h', good: false };
      const reply = await sendCommand(call, eventNamed(command.event), { command: 'extend', ttlSeconds });
      return await accepted(call, `Extending ${command.event} to ${command.ttl} from its creation`, reply);
    }
    case 'source': {
      const { component, wanted, onAir } = await putOnAir(of(call, command.event), command.active);
      const now = onAir === null ? 'the slate is shown' : `${onAir} is on air`;
      return { title: `Source of ${command.event}: ${wanted}`, text: `${component} is told; at this moment ${now}.` };
    }
    case 'languages': {
      const { data, error } = languagesSchema.safeParse({ audio: command.audio });
      if (!data) throw invalid(problemsOf(error));
      const { audio, notes } = await changeSounds(of(call, command.event), data.audio ?? {});
      const facts = Object.entries(audio);
      return { title: `Sound of ${command.event}`, ...(notes.length > 0 && { text: `${notes.join('; ')}.` }), facts };
    }
    case 'pause':
    case 'resume':
      return await accepted(
        call,
        `${command.verb} ${command.event}`,
        await sendCommand(call, eventNamed(command.event), { command: command.verb }),
      );
    case 'teardown': {
      const event = eventNamed(command.event);
      if (command.confirm)
        return await accepted(call, `Removing ${event}`, await sendCommand(call, event, { command: 'teardown' }));
      const card = await statusCard(call, event);
      return { ...card, text: `Write "teardown ${event} confirm" to remove it for good.` };
    }
  }
}

export const teamsDoors: Door[] = [
  door({
    name: 'api-teams',
    method: 'POST',
    route: 'api/teams',
    access: 'own-proof',
    summary: 'Teams outgoing webhook',
    schema: activitySchema,
    validatesItself: true,
    answers: { 200: 'An Adaptive Card', 401: 'Not signed by the webhook, or not written in these minutes' },
    async handle(call) {
      const { request, settings, raw, body } = call;
      if (!isFromTeams(raw, request.headers.get('authorization'), settings.teamsWebhookSecret))
        throw new Problem(401, 'The HMAC of the Teams webhook does not match (setting TEAMS_WEBHOOK_SECRET)');
      const parsed = activitySchema.safeParse(body);
      if (!parsed.success) throw invalid([{ path: '', message: 'must be an activity' }]);
      const activity = readActivity(parsed.data, raw);
      const { at: saidAt, from, key, text } = activity;
      if (saidAt === undefined || !isFresh(activity, ports().now()))
        throw new Problem(
          401,
          `The activity's timestamp is not within ${FRESH / 60_000} minutes of now; write it again`,
        );
      // Whoever may post in the channel of the webhook is an operator; that is what installing it there means.
      const asOperator: Said = { ...call, who: { name: `${TEAMS}${from}`, roles: ['operator'] }, key, saidAt };
      const card = await obey(asOperator, parseCommand(text)).catch((error: unknown): Card => {
        if (error instanceof Problem) return { title: error.message, good: false };
        throw error;
      });
      return { json: cardMessage(card, settings.publicUrl) };
    },
  }),
];
