/** What the mixers say, and what people want of them: streaming on or off, a new stream key. */

import { z } from 'zod';
import { clients } from '../azure/clients.ts';
import { metricsSchema, toldSchema } from '../contract/api/mixers.ts';
import type { Heartbeat } from '../contract/heartbeat.ts';
import { inWords } from '../contract/problems.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { languageHint } from '../domain/language-names.ts';
import { languageField, youtubeKeysField } from '../domain/request/fields.ts';
import { keysByLanguage } from '../domain/request/keys.ts';
import type { Problem as FieldProblem } from '../domain/request/problems.ts';
import { type MetricsQuery, metricsQuery } from '../domain/request/queries.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { healthOf } from '../inspect/health.ts';
import { usageOf } from '../inspect/usage.ts';
import { ports } from '../ports/index.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { heardAgents } from './heard.ts';
import { languageOf, mixersIn, partsIn } from './parts.ts';
import { invalid, Problem } from './problem.ts';
import { randomHex } from './random.ts';
import { refuseShared, storeKeys } from './stream-keys.ts';
import { tellable } from './told.ts';
import { decoded } from './views.ts';
import { want } from './want.ts';

/** What speaks for the languages of an event that is up. @throws Problem 404, 409, 410 */
async function standing(call: Call): Promise<{ lifecycle: Lifecycle; mixers: Part[] }> {
  const lifecycle = await knownLifecycle(call, eventNamed(call.param('event')));
  if (lifecycle.over) throw new Problem(410, 'The event is gone');
  return { lifecycle, mixers: mixersIn(lifecycle) };
}

/** What speaks for the languages a body names, all of them by default. @throws Problem 400 for one that the event has not */
function chosen(given: string[] | undefined, mixers: Part[]): Part[] {
  const languages = mixers.map(languageOf);
  const foreign = (given ?? []).filter((language) => !languages.includes(language));
  const there = languages.length > 0 ? `there are ${languages.join(', ')}` : 'the event has none';
  if (foreign.length > 0)
    throw invalid([
      {
        path: 'languages',
        message: `has no such language; ${there}${foreign.map((each) => languageHint(each, languages)).join('')}`,
      },
    ]);
  return given ? mixers.filter((part) => given.includes(languageOf(part))) : mixers;
}

/** A heartbeat with its problems in words too: who reads it need not know every code. */
function shown(heartbeat: Heartbeat | undefined) {
  if (!heartbeat) return { at: null };
  const { problems = [], warnings = [] } = heartbeat;
  return { ...heartbeat, problems: problems.map(inWords), warnings: warnings.map(inWords) };
}

const streamingSchema = z.strictObject({
  streaming: z.boolean().describe('Whether the mixers send to YouTube'),
  languages: z.array(languageField).min(1).max(50).optional().describe('All of them by default'),
});
const keysSchema = z.strictObject({ youtubeKeys: youtubeKeysField });
const answers = { 200: 'Told; the mixers follow with their next heartbeat', 404: 'No such event', 410: 'Gone' };

/** Milliseconds that are looked at unless told otherwise, and that Azure Monitor keeps at most. */
const SPAN = 30 * 60_000;
const KEPT = 93 * 86_400_000;

/** @throws Problem 400 */
function spanOf({ from, to }: MetricsQuery): { from: number; to: number } {
  const now = ports().now();
  const end = to ?? now;
  const start = from ?? end - SPAN;
  if (start >= end) throw invalid([{ path: 'from', message: 'must be before `to`' }]);
  if (start < now - KEPT) throw invalid([{ path: 'from', message: 'must be within the last 93 days' }]);
  return { from: start, to: end };
}

export const mixerDoors: Door[] = [
  door({
    name: 'api-events-streaming',
    method: 'POST',
    route: 'api/events/{event}/streaming',
    access: 'operator',
    summary: 'Starts or stops streaming, per language',
    schema: streamingSchema,
    bodies: { 200: toldSchema },
    answers,
    async handle(call) {
      const { streaming } = call.body;
      // Whoever is to be silent needs no keys, as with a sound.
      const { lifecycle, mixers } = await tellable(call, streaming ? 'streaming' : 'sound');
      const told = chosen(call.body.languages, mixers);
      await want(call, lifecycle, {
        mixers: told,
        desired: { streaming },
        text: `streaming ${streaming ? 'on' : 'off'}`,
      });
      return { json: { event: lifecycle.input.event, languages: told.map(languageOf), streaming } };
    },
  }),
  door({
    name: 'api-events-keys',
    method: 'POST',
    route: 'api/events/{event}/keys',
    access: 'operator',
    summary: 'Replaces stream keys; the mixers read them again',
    schema: keysSchema,
    bodies: { 200: toldSchema },
    answers: { ...answers, 409: 'The event was deployed without keys' },
    async handle(call) {
      const { lifecycle, mixers } = await tellable(call, 'keys');
      const languages = mixers.map(languageOf);
      const { event } = lifecycle.input;
      const given = call.body.youtubeKeys;
      const problems: FieldProblem[] = [];
      const wanted = Array.isArray(given) ? languages : languages.filter((language) => Object.hasOwn(given, language));
      const keys = keysByLanguage(given, wanted, (path, message) => problems.push({ path, message }));
      if (problems.length > 0 || !keys) throw invalid(problems);
      const others = languages.filter((language) => !wanted.includes(language));
      await refuseShared(call.settings, lifecycle.input, keys, others);
      await want(call, lifecycle, {
        mixers: mixers.filter((part) => wanted.includes(languageOf(part))),
        desired: { rereadId: randomHex(8) },
        text: 'keys',
        prepare: () => storeKeys(call.settings, lifecycle.input, keys),
      });
      return { json: { event, languages: wanted } };
    },
  }),
  door({
    name: 'api-events-metrics',
    method: 'GET',
    route: 'api/events/{event}/metrics',
    access: 'viewer',
    summary: 'What relays and mixers say of themselves right now, and what Azure Monitor has measured',
    query: metricsQuery,
    answers: { 200: 'Relays, mixers, and under `azure` what they use', 404: 'No such event', 410: 'Gone' },
    bodies: { 200: metricsSchema },
    async handle(call) {
      const { from, to } = spanOf(call.query);
      const { lifecycle, mixers } = await standing(call);
      const status = decoded(lifecycle);
      const azure = await clients(call.settings.subscriptionId);
      const [said, usage] = await Promise.all([
        Promise.all(partsIn(lifecycle).map(async (part) => [part.id, await healthOf(azure, part, status)] as const)),
        usageOf(azure, lifecycle.input, status, from, to),
      ]);
      const agents = mixers.map(({ id }) => id);
      const heard = await heardAgents(call.durable, lifecycle.input.deploymentId, agents);
      return {
        json: {
          ...Object.fromEntries(said.filter(([, health]) => health)),
          mixers: mixers.map((part) => ({
            language: languageOf(part),
            component: part.id,
            ...shown(heard.get(part.id)?.heartbeat),
            desired: heard.get(part.id)?.desired ?? null,
          })),
          azure: usage,
        },
      };
    },
  }),
];
