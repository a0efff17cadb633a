/** `GET /api/health`: liveness for anyone, details for viewers, and with `?checks=true` a look at what it depends on. */
import { healthSchema } from '../contract/api/health.ts';
import { healthQuery } from '../domain/request/queries.ts';
import { troubles } from '../ports/index.ts';
import { brokenEvents } from './broken-events.ts';
import { door } from './door.ts';
import { driftCheck } from './drift.ts';
import { healthChecks } from './health-checks.ts';
import { covers, principalOf } from './principal.ts';

export const healthDoors = [
  door({
    name: 'api-health',
    method: 'GET',
    route: 'api/health',
    access: 'anyone',
    summary: 'Liveness; details for viewers, dependencies with ?checks=true',
    query: healthQuery,
    bodies: { 200: healthSchema },
    answers: { 200: 'Alive; degraded with `troubles` while the process cannot do all it should' },
    async handle({ request, query, settings, durable }) {
      const wrong = troubles();
      const alive = { status: wrong.length > 0 ? 'degraded' : 'ok' };
      try {
        if (!covers(await principalOf(request.headers, settings), 'viewer')) return { json: alive };
      } catch {
        return { json: alive };
      }
      const { cloud, subscriptionId, defaultRegion, authMode, timeScale, publicUrl } = settings;
      const details = {
        ...alive,
        ...(wrong.length > 0 && { troubles: wrong }),
        cloud,
        subscriptionId,
        defaultRegion,
        authMode,
        timeScale,
        publicUrl,
      };
      if (!query.checks) return { json: details };
      return {
        json: {
          ...details,
          checks: await healthChecks(settings, [() => brokenEvents(durable), () => driftCheck(durable)]),
        },
      };
    },
  }),
];
