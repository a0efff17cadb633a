/** The reaper's report, and its run by hand. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { reapReportSchema } from '../contract/api/reaper.ts';
import { emptySchema } from '../domain/request/commands.ts';
import { type Call, type Door, door } from './door.ts';
import { installationOf } from './installation.ts';
import { scheduledDeployments } from './schedules/due.ts';
import { type Reaping, reap } from './watch/reaper.ts';

/** What the reaper needs to know of this installation. */
export const reapingOf = async (durable: DurableClient, settings: Settings): Promise<Reaping> => ({
  durable,
  azure: await clients(settings.subscriptionId),
  installation: installationOf(settings),
  scheduled: await scheduledDeployments(durable, settings),
});

const run = async ({ durable, settings }: Pick<Call, 'durable' | 'settings'>, dryRun: boolean) => ({
  json: await reap(await reapingOf(durable, settings), dryRun),
});

export const reaperDoors: Door[] = [
  door({
    name: 'api-reaper',
    method: 'GET',
    route: 'api/reaper',
    access: 'viewer',
    summary: 'What the reaper would remove now, and why it leaves the rest',
    bodies: { 200: reapReportSchema },
    answers: { 200: 'The report of a dry run' },
    handle: (call) => run(call, true),
  }),
  door({
    name: 'api-reaper-run',
    method: 'POST',
    route: 'api/reaper',
    access: 'admin',
    summary: 'Runs the reaper now',
    schema: emptySchema,
    bodies: { 200: reapReportSchema },
    answers: { 200: 'The report' },
    handle: (call) => run(call, false),
  }),
];
