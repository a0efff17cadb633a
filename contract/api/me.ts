/** Answer of `GET /api/me`: who calls, and what they may do. */
import { z } from 'zod';

export const meSchema = z.object({
  name: z.string(),
  roles: z.array(z.enum(['viewer', 'operator', 'admin'])).describe('Empty for somebody without a role here'),
  mayView: z.boolean(),
  mayOperate: z.boolean(),
  signOut: z.string().nullable().describe('Path that ends the sign-in; null where there is none'),
  cloud: z.enum(['azure', 'simulator']),
  timeScale: z.number().describe('Simulated seconds per second; 1 on Azure'),
  region: z.string().describe('Where events go unless a request says otherwise'),
});
export type Me = z.output<typeof meSchema>;
