/** Builds that begin by themselves: each week, with what Windows has brought since. */
import type { DurableClient } from 'durable-functions';
import { z } from 'zod';
import type { Settings } from '../azure/settings.ts';
import { type BuildScheduleView, buildScheduleAnswerSchema } from '../contract/api/image-builds.ts';
import { dueBuild } from '../domain/images/due.ts';
import { own } from '../domain/own.ts';
import { imageBuildSchema, scheduledBuildSchema } from '../domain/request/image-build.ts';
import { problemsOf } from '../domain/request/problems.ts';
import { nextOccurrence } from '../domain/schedule/recurrence.ts';
import { BUILT_IMAGES } from '../domain/seam/image-build.ts';
import { type BuildSchedule, buildSchedule } from '../domain/seam/image-choice.ts';
import { type ImagesState, imagesEntity, readImages } from '../entities/images.ts';
import { ports } from '../ports/index.ts';
import { type Door, door } from './door.ts';
import { beginBuild, builtImage } from './image-builds.ts';
import { Problem } from './problem.ts';
import { write } from './written.ts';

const scheduleSchema = z.strictObject({
  days: buildSchedule.shape.days.describe('Days of the week'),
  at: buildSchedule.shape.at.describe('When it begins, on the wall of that place'),
  timeZone: buildSchedule.shape.timeZone.describe('IANA time zone'),
  request: scheduledBuildSchema.describe(
    'What is built; `windowsVersion: latest` takes what Windows has brought by then',
  ),
});

const view = (image: string, schedule: BuildSchedule | undefined): { schedule: BuildScheduleView | null } => {
  if (!schedule) return { schedule: null };
  const { days, at, timeZone, by, last } = schedule;
  const next = new Date(nextOccurrence(schedule, ports().now())).toISOString();
  return { schedule: { image, days, at, timeZone, next, by, last: last ?? null } };
};

const sinceOf = (state: ImagesState | undefined, image: string): string | undefined =>
  own(state?.schedules ?? {}, image)?.since;

/** Begins what is due. Runs every few minutes on any instance: a build under way refuses a second one. @returns a line for each */
export async function buildDue(durable: DurableClient, settings: Settings): Promise<string[]> {
  const lines: string[] = [];
  const now = ports().now();
  const { schedules = {} } = await readImages(durable);
  for (const image of BUILT_IMAGES) {
    const schedule = own(schedules, image);
    if (!schedule) continue;
    const since = Math.max(Date.parse(schedule.since), Date.parse(schedule.last?.occurrence ?? schedule.since));
    const due = dueBuild(schedule, since, now);
    if (due === undefined) continue;
    const occurrence = new Date(due).toISOString();
    const last = await begun(durable, settings, image, schedule);
    // What may pass by itself is tried again, as long as it is not too late.
    if (last === undefined) continue;
    await durable.signalEntity(imagesEntity, 'came', { image, last: { occurrence, ...last } });
    lines.push(`${image} for ${occurrence}: ${last.buildId ?? last.problem}`);
  }
  return lines;
}

async function begun(
  durable: DurableClient,
  settings: Settings,
  image: (typeof BUILT_IMAGES)[number],
  { request, by }: BuildSchedule,
): Promise<{ buildId?: string; problem?: string } | undefined> {
  const parsed = imageBuildSchema.safeParse(request);
  if (!parsed.success) {
    const problem = problemsOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
    return { problem: problem.join('; ').slice(0, 500) };
  }
  try {
    const { buildId } = await beginBuild({
      image,
      body: parsed.data,
      by: `schedule:${by}`.slice(0, 300),
      durable,
      settings,
    });
    return { buildId };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { problem: error.message.slice(0, 500) };
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

export const imageScheduleDoors: Door[] = [
  door({
    name: 'api-images-schedule',
    method: 'GET',
    route: 'api/images/{image}/schedule',
    access: 'viewer',
    summary: 'When an image is built by itself, and what came of it last',
    bodies: { 200: buildScheduleAnswerSchema },
    answers: { 200: 'The schedule, or null', 404: 'No such image' },
    async handle({ durable, param }) {
      const image = builtImage(param('image'));
      return { json: view(image, own((await readImages(durable)).schedules ?? {}, image)) };
    },
  }),
  door({
    name: 'api-images-schedule-put',
    method: 'POST',
    route: 'api/images/{image}/schedule',
    access: 'admin',
    summary: 'Builds an image each week; replaces the schedule before',
    schema: scheduleSchema,
    bodies: { 200: buildScheduleAnswerSchema },
    answers: { 200: 'Scheduled', 404: 'No such image' },
    async handle({ body, durable, param, who, audit }) {
      const image = builtImage(param('image'));
      const schedule: BuildSchedule = { ...body, by: who.name, since: new Date(ports().now()).toISOString() };
      audit(`image ${image}: built ${schedule.days.join(', ')} at ${schedule.at} ${schedule.timeZone}`);
      await write<ImagesState>(
        durable,
        imagesEntity,
        'schedule',
        { image, schedule },
        (state) => sinceOf(state, image) === schedule.since,
      );
      return { json: view(image, schedule) };
    },
  }),
  door({
    name: 'api-images-schedule-remove',
    method: 'DELETE',
    route: 'api/images/{image}/schedule',
    access: 'admin',
    summary: 'Builds no more by itself; one that is under way goes on',
    bodies: { 200: buildScheduleAnswerSchema },
    answers: { 200: 'None is left', 404: 'No such image' },
    async handle({ durable, param }) {
      const image = builtImage(param('image'));
      await write<ImagesState>(
        durable,
        imagesEntity,
        'schedule',
        { image, schedule: null },
        (state) => sinceOf(state, image) === undefined,
      );
      return { json: view(image, undefined) };
    },
  }),
];
