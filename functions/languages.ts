/** Languages of a live event: they come and go, each mixed in its way, and which sound of the programme each gets. */

import { type SoundsTold, soundsToldSchema } from '../contract/api/mixers.ts';
import { acceptedSchema } from '../contract/api/operation.ts';
import { languagesSchema } from '../domain/request/commands.ts';
import { keysByLanguage } from '../domain/request/keys.ts';
import { readOfLanguages } from '../domain/request/languages.ts';
import type { Problem as FieldProblem } from '../domain/request/problems.ts';
import { languagesIn } from '../domain/status/parts.ts';
import { eventNamed, knownLifecycle, sendCommand } from './command.ts';
import { commandAnswers } from './commands.ts';
import { type Call, type Door, door } from './door.ts';
import { invalid } from './problem.ts';
import { tellSounds } from './sounds.ts';
import { refuseShared, stagedBy, stageKeys } from './stream-keys.ts';
import { tellable } from './told.ts';
import { decoded } from './views.ts';

/** Entries of some languages; undefined when there is none. */
function only(entries: Record<string, string> | undefined, languages: readonly string[]) {
  const found = Object.entries(entries ?? {}).filter(([language]) => languages.includes(language));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** Gives languages that are there another sound. @throws Problem 400 for one that is not there, 404, 409, 410 */
export async function changeSounds(call: Call, given: Record<string, string>): Promise<SoundsTold> {
  const { lifecycle, mixers } = await tellable(call, 'sound');
  const problems: FieldProblem[] = [];
  const languages = languagesIn(lifecycle.input, decoded(lifecycle));
  const { audio } = readOfLanguages(lifecycle.input.template, languages, { audio: given }, problems);
  if (problems.length > 0) throw invalid(problems);
  return await tellSounds(call, lifecycle, mixers, audio ?? {});
}

export const languageDoors: Door[] = [
  door({
    name: 'api-events-languages',
    method: 'POST',
    route: 'api/events/{event}/languages',
    access: 'operator',
    summary: 'Adds and removes languages of a live event, and gives languages another sound of the programme',
    schema: languagesSchema,
    bodies: { 200: soundsToldSchema, 202: acceptedSchema },
    answers: { 200: 'Only sounds: the mixers follow with their next heartbeat', ...commandAnswers },
    async handle(call) {
      const { add = [], remove = [], youtubeKeys } = call.body;
      const event = eventNamed(call.param('event'));
      const { input, status } = await knownLifecycle(call, event);
      const staying = languagesIn(input, decoded({ input, status })).filter(
        (language) => !remove.includes(language) && !add.includes(language),
      );
      const problems: FieldProblem[] = [];
      const keys =
        youtubeKeys === undefined
          ? undefined
          : keysByLanguage(youtubeKeys, add, (path, message) => problems.push({ path, message }));
      const { mixing } = readOfLanguages(input.template, add, { mixing: call.body.mixing }, problems);
      const { audio } = readOfLanguages(input.template, [...staying, ...add], { audio: call.body.audio }, problems);
      if (problems.length > 0) throw invalid(problems);
      const changed = only(audio, staying);
      if (add.length === 0 && remove.length === 0) return { json: await changeSounds(call, call.body.audio ?? {}) };
      const given = only(audio, add);
      const command = {
        ...{ command: 'languages' as const, add, remove, keysGiven: keys !== undefined },
        ...(mixing ? { mixing } : {}),
        ...(given ? { audio: given } : {}),
      };
      return await sendCommand(call, event, command, async (lifecycle, id) => {
        if (keys) await refuseShared(call.settings, lifecycle.input, keys, staying);
        // Beside the languages' own keys: the event may still refuse, and what is live must not have changed then.
        if (keys) await stageKeys(call.settings, lifecycle.input, keys, stagedBy(lifecycle.input, id));
        if (changed) await tellSounds(call, lifecycle, (await tellable(call, 'sound')).mixers, changed);
      });
    },
  }),
];
