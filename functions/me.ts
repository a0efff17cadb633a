/** `GET /api/me`: who calls and what they may do. Also for those who may do nothing: they must learn whom to ask. */
import { meSchema } from '../contract/api/me.ts';
import { type Door, door } from './door.ts';
import { covers, principalOf } from './principal.ts';

export const meDoors: Door[] = [
  door({
    name: 'api-me',
    method: 'GET',
    route: 'api/me',
    access: 'anyone',
    summary: 'Who calls, and what they may do',
    bodies: { 200: meSchema },
    answers: { 200: 'Whoever has signed in, with a role here or without', 401: 'Not signed in' },
    handle: async ({ request, settings }) => {
      const who = await principalOf(request.headers, settings);
      return {
        json: {
          name: who.name,
          roles: [...who.roles],
          mayView: covers(who, 'viewer'),
          mayOperate: covers(who, 'operator'),
          signOut: settings.authMode === 'entra' ? '/.auth/logout' : null,
          cloud: settings.cloud,
          timeScale: settings.timeScale,
          region: settings.defaultRegion,
        },
      };
    },
  }),
];
