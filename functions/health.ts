/** `GET /api/health`: liveness for anyone, details for viewers. */
import { door } from './door.ts';
import { covers, principalOf } from './principal.ts';

export const healthDoors = [
  door({
    name: 'api-health',
    method: 'GET',
    route: 'api/health',
    access: 'anyone',
    summary: 'Liveness; details for viewers',
    answers: { 200: 'Alive' },
    async handle({ request, settings }) {
      const alive = { status: 'ok' };
      try {
        if (!covers(principalOf(request.headers, settings), 'viewer')) return { json: alive };
      } catch {
        return { json: alive };
      }
      const { cloud, subscriptionId, defaultRegion, authMode, timeScale, publicUrl } = settings;
      return { json: { ...alive, cloud, subscriptionId, defaultRegion, authMode, timeScale, publicUrl } };
    },
  }),
];
