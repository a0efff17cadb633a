/** Recurring events: the weekly service deploys itself. */
import {
  type ScheduleView,
  scheduleListSchema,
  scheduleRemovedSchema,
  scheduleViewSchema,
} from '../../contract/api/schedule.ts';
import { own } from '../../domain/own.ts';
import { parseDeployRequest } from '../../domain/request/deploy.ts';
import type { Problem as FieldProblem } from '../../domain/request/problems.ts';
import { nextOccurrences } from '../../domain/schedule/recurrence.ts';
import { readSchedules, type Schedule, type Schedules, schedulesEntity } from '../../entities/schedules.ts';
import { ports } from '../../ports/index.ts';
import { templates } from '../catalogue.ts';
import { type Call, type Door, door } from '../door.ts';
import { invalid, Problem, quoted } from '../problem.ts';
import { write } from '../written.ts';
import { dropScheduleKeys, storeScheduleKeys } from './keys.ts';
import { SCHEDULE_NAME, scheduleSchema } from './schema.ts';

const AHEAD = 86_400;
/** Occurrences that are shown beforehand: of a weekly event a change of summer time within the next two months is among them. */
const SHOWN = 8;

const view = (schedule: Schedule): ScheduleView => {
  const { name, days, at, timeZone, paused, request, last, missed, by } = schedule;
  const upcoming = paused
    ? []
    : nextOccurrences(schedule, ports().now(), SHOWN).map((at) => new Date(at).toISOString());
  return {
    name,
    days: [...days],
    at,
    timeZone,
    paused,
    ahead: `${schedule.aheadSeconds / 3600}h`,
    next: upcoming[0] ?? null,
    upcoming,
    request,
    last: last ?? null,
    missed: missed ?? [],
    by,
  };
};

/** The fields of a body's `request` as they came, without the keys: they are validated again at each occurrence. */
function givenRequest(raw: string): Record<string, unknown> {
  const { youtubeKeys: _keys, ...request } = (JSON.parse(raw) as { request: Record<string, unknown> }).request;
  return request;
}

async function put(call: Call<ReturnType<typeof scheduleSchema.parse>>) {
  const { body, settings, durable, who } = call;
  const { name, days, at, timeZone, ahead, paused } = body;
  const request = givenRequest(call.raw);
  const { youtubeKeys } = body.request;
  const now = ports().now();
  const parsed = parseDeployRequest(
    { ...request, ...(youtubeKeys === undefined ? {} : { youtubeKeys }) },
    { templates: templates(), defaultRegion: settings.defaultRegion, now },
  );
  if (!parsed.ok)
    throw invalid(
      parsed.problems.map(
        ({ path, message }): FieldProblem => ({ path: path === '' ? 'request' : `request.${path}`, message }),
      ),
    );
  const keys = parsed.keys ?? {};
  await storeScheduleKeys(settings, name, keys);
  const before = own(await readSchedules(durable), name);
  const stale = (before?.keys ?? []).filter((language) => !Object.hasOwn(keys, language));
  await dropScheduleKeys(settings, name, stale);
  const schedule: Schedule = {
    name,
    days,
    at,
    timeZone,
    aheadSeconds: ahead ?? AHEAD,
    paused: paused ?? false,
    request,
    keys: Object.keys(keys),
    by: who.name,
    since: new Date(now).toISOString(),
    ...(before?.last ? { last: before.last } : {}),
    ...(before?.missed ? { missed: before.missed } : {}),
  };
  await write<Schedules>(
    durable,
    schedulesEntity,
    'put',
    schedule,
    // As numbers: on its way through the extension a time loses the zeros at the end of its fraction.
    (known) => Date.parse(own(known ?? {}, name)?.since ?? '') >= now,
  );
  return { status: before ? 200 : 201, json: view(schedule) };
}

export const scheduleDoors: Door[] = [
  door({
    name: 'api-schedules',
    method: 'GET',
    route: 'api/schedules',
    access: 'viewer',
    summary: 'Recurring events and when each is next',
    bodies: { 200: scheduleListSchema },
    answers: { 200: 'The schedules' },
    handle: async ({ durable }) => ({
      json: { schedules: Object.values(await readSchedules(durable)).map(view) },
    }),
  }),
  door({
    name: 'api-schedules-put',
    method: 'POST',
    route: 'api/schedules',
    access: 'operator',
    summary: 'Makes or replaces a recurring event',
    schema: scheduleSchema,
    bodies: { 200: scheduleViewSchema, 201: scheduleViewSchema },
    answers: { 200: 'Replaced', 201: 'Made' },
    handle: put,
  }),
  door({
    name: 'api-schedules-remove',
    method: 'DELETE',
    route: 'api/schedules/{name}',
    access: 'operator',
    summary: 'Ends a recurring event; one that is deployed goes on',
    bodies: { 200: scheduleRemovedSchema },
    answers: { 200: 'Removed', 404: 'No such schedule' },
    async handle({ durable, settings, param }) {
      const name = param('name');
      const schedule = own(await readSchedules(durable), name);
      if (!schedule) throw new Problem(404, `There is no schedule ${quoted(name, SCHEDULE_NAME)}`);
      await dropScheduleKeys(settings, name, schedule.keys);
      await write<Schedules>(durable, schedulesEntity, 'remove', name, (known) => !own(known ?? {}, name));
      return { json: { name, removed: true } };
    },
  }),
];
