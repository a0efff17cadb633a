/** The list of events, and the documents about one. */

import { z } from 'zod';
import { clients } from '../azure/clients.ts';
import { certificateSchema } from '../contract/api/certificate.ts';
import { eventCostSchema } from '../contract/api/cost.ts';
import { eventListSchema, pastListSchema } from '../contract/api/events.ts';
import { journalSchema } from '../contract/api/journal.ts';
import { logsSchema } from '../contract/api/logs.ts';
import { kindOf } from '../domain/kinds/index.ts';
import { eventsQuery } from '../domain/request/queries.ts';
import { eventCost } from '../domain/status/event-cost.ts';
import { endedLifecycle, isBroken, isEnding, type Lifecycle, recordOf } from '../durable/deployments.ts';
import { containerLogs } from '../inspect/logs.ts';
import { ports } from '../ports/index.ts';
import { eventNamed, knownLifecycle } from './command.ts';
import { type Call, type Door, door } from './door.ts';
import { listEvents } from './event-list.ts';
import { partsIn } from './parts.ts';
import { Problem } from './problem.ts';
import { decoded, howBroken, statusOf } from './views.ts';

const of = (
  name: string,
  summary: string,
  body: z.ZodType,
  handle: (call: Call, lifecycle: Lifecycle) => Promise<unknown>,
): Door =>
  door({
    name: `api-events-${name}`,
    method: 'GET',
    route: `api/events/{event}/${name}`,
    access: 'viewer',
    summary,
    bodies: { 200: body },
    answers: { 200: summary, 404: 'No such event' },
    handle: async (call) => ({
      json: await handle(call, await knownLifecycle(call, eventNamed(call.param('event')))),
    }),
  });

const noCertificate = (lifecycle: Lifecycle | undefined): string =>
  lifecycle && isBroken(lifecycle)
    ? `There is no certificate while something stands: ${howBroken(lifecycle.runtime)}`
    : isEnding(lifecycle)
      ? 'The event is ending; try again in some seconds'
      : lifecycle?.over
        ? 'The deployment ended without a certificate'
        : 'The event is not over; its certificate comes at the end';

export const eventDoors: Door[] = [
  door({
    name: 'api-events',
    method: 'GET',
    route: 'api/events',
    access: 'viewer',
    summary: 'Events, or ended deployments',
    query: eventsQuery,
    bodies: { 200: z.union([eventListSchema, pastListSchema]) },
    answers: { 200: 'A page of events' },
    handle: async (call) => ({ json: await listEvents(call) }),
  }),
  of('certificate', 'Proof of what existed and that it is gone', certificateSchema, async ({ durable }, { input }) => {
    const record = await recordOf(durable, input.deploymentId);
    if (record) return record.certificate;
    const now = await endedLifecycle(durable, input.event);
    const late = now?.over ? await recordOf(durable, input.deploymentId) : undefined;
    if (late) return late.certificate;
    throw new Problem(409, noCertificate(now));
  }),
  of('journal', 'What happened, when and why', journalSchema, async ({ durable }, lifecycle) => {
    const record = lifecycle.ended ? await recordOf(durable, lifecycle.input.deploymentId) : undefined;
    return { entries: record?.journal ?? decoded(lifecycle).journal };
  }),
  of('cost', 'What it costs per hour and has cost', eventCostSchema, async (_call, lifecycle) =>
    eventCost(lifecycle.input, statusOf(lifecycle), ports().now()),
  ),
  of('logs', 'The latest log lines of the containers', logsSchema, async ({ settings }, lifecycle) => {
    const workspace = settings.logWorkspace;
    if (lifecycle.over && !workspace)
      throw new Problem(410, 'The event is gone, and its logs with it: no setting LOG_WORKSPACE_ID has them kept');
    const where = {
      subscriptionId: lifecycle.input.installation.subscriptionId,
      resourceGroup: decoded(lifecycle).resourceGroup,
      azure: await clients(settings.subscriptionId),
      workspace,
      from: new Date(lifecycle.input.acceptedAt),
      now: new Date(ports().now()),
    };
    const containers = partsIn(lifecycle)
      .filter(({ rule }) => rule.kind === 'containers')
      .map((part) => ({
        component: part.id,
        name: kindOf(part.rule).resources(part)[0] ?? '',
      }));
    return { logs: await containerLogs(where, containers, !lifecycle.over) };
  }),
];
