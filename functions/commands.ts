/** The doors that change an existing event. */

import { acceptedSchema } from '../contract/api/operation.ts';
import { secretName } from '../domain/names.ts';
import {
  emptySchema,
  extendSchema,
  languagesSchema,
  remediateSchema,
  replaceSchema,
} from '../domain/request/commands.ts';
import { runsImage } from '../domain/request/images.ts';
import { keysByLanguage } from '../domain/request/keys.ts';
import type { Problem as FieldProblem } from '../domain/request/problems.ts';
import { remedyByHand } from '../domain/status/remedy.ts';
import { ports } from '../ports/index.ts';
import { admitted, eventNamed, knownLifecycle, sendCommand } from './command.ts';
import { type Door, door } from './door.ts';
import { invalid } from './problem.ts';
import { refuseShared, stageKeys } from './stream-keys.ts';
import { decoded } from './views.ts';

const answers = {
  202: 'Accepted',
  404: 'No such event',
  409: 'Conflicts with the state',
  410: 'The event is gone',
};

const power = (verb: 'pause' | 'resume' | 'relocate', summary: string): Door =>
  door({
    name: `api-events-${verb}`,
    method: 'POST',
    route: `api/events/{event}/${verb}`,
    access: 'operator',
    summary,
    schema: emptySchema,
    bodies: { 202: acceptedSchema },
    answers,
    handle: (call) => sendCommand(call, eventNamed(call.param('event')), { command: verb }),
  });

export const commandDoors: Door[] = [
  door({
    name: 'api-events-extend',
    method: 'POST',
    route: 'api/events/{event}/extend',
    access: 'operator',
    summary: 'Moves the end of an event',
    schema: extendSchema,
    bodies: { 202: acceptedSchema },
    answers,
    handle: (call) =>
      sendCommand(call, eventNamed(call.param('event')), {
        command: 'extend',
        ...(call.body.until === undefined ? {} : { until: new Date(call.body.until).toISOString() }),
        ...(call.body.ttl === undefined ? {} : { ttlSeconds: call.body.ttl }),
      }),
  }),
  door({
    name: 'api-events-languages',
    method: 'POST',
    route: 'api/events/{event}/languages',
    access: 'operator',
    summary: 'Adds and removes languages of a live event',
    schema: languagesSchema,
    bodies: { 202: acceptedSchema },
    answers,
    async handle(call) {
      const { add = [], remove = [], youtubeKeys } = call.body;
      const problems: FieldProblem[] = [];
      const keys =
        youtubeKeys === undefined
          ? undefined
          : keysByLanguage(youtubeKeys, add, (path, message) => problems.push({ path, message }));
      if (problems.length > 0) throw invalid(problems);
      const command = { command: 'languages' as const, add, remove, keysGiven: keys !== undefined };
      return await sendCommand(call, eventNamed(call.param('event')), command, async (lifecycle, id) => {
        const { input } = lifecycle;
        const { machines } = decoded(lifecycle);
        const staying = machines.flatMap(({ language, removed }) =>
          removed || remove.includes(language) || add.includes(language) ? [] : [language],
        );
        if (keys) await refuseShared(call.settings, input, keys, staying);
        // Beside the languages' own keys: the event may still refuse, and what is live must not have changed then.
        const staged = (language: string) => secretName.staged(id, language);
        if (keys) await stageKeys(call.settings, input, keys, staged);
      });
    },
  }),
  power('pause', 'Deallocates the mixers and stops the containers'),
  power('resume', 'Brings a paused event back'),
  power('relocate', 'Makes a degraded event anew in the next region of its request'),
  door({
    name: 'api-events-relay',
    method: 'POST',
    route: 'api/events/{event}/relay',
    access: 'operator',
    summary: 'Replaces the image of relay or slide splitter in place',
    schema: replaceSchema,
    bodies: { 202: acceptedSchema },
    answers,
    handle(call) {
      const { component, image = call.settings[component === 'relay' ? 'relayImage' : 'slideSplitterImage'] } =
        call.body;
      const { relayImage, slideSplitterImage, allowedRegistries } = call.settings;
      if (!runsImage(image, [relayImage, slideSplitterImage], allowedRegistries))
        throw invalid([
          {
            path: 'image',
            message:
              'must be in the registry of RELAY_IMAGE, or in one that an admin allows (setting ALLOWED_REGISTRIES)',
          },
        ]);
      return sendCommand(call, eventNamed(call.param('event')), { command: 'replace', component, image });
    },
  }),
  door({
    name: 'api-events-remediate',
    method: 'POST',
    route: 'api/events/{event}/remediate',
    access: 'operator',
    summary: 'Climbs a rung of the ladder for one component',
    schema: remediateSchema,
    bodies: { 202: acceptedSchema },
    answers: { ...answers, 200: 'Dry run: what would be done' },
    async handle(call) {
      const { component, rung, dryRun } = call.body;
      const event = eventNamed(call.param('event'));
      const command = { command: 'remediate' as const, component, ...(rung ? { rung } : {}) };
      if (!dryRun) return await sendCommand(call, event, command);
      const lifecycle = await knownLifecycle(call, event);
      const verdict = admitted(lifecycle, command);
      if (verdict.answer !== 'accept')
        return { json: { event, component, wouldBe: verdict.answer, reason: verdict.reason } };
      const would = remedyByHand(decoded(lifecycle), command, ports().now());
      return {
        json:
          'rung' in would
            ? { event, component, rung: would.rung, wouldBe: 'accept' }
            : { event, component, wouldBe: 'refused', reason: would.problem },
      };
    },
  }),
];
