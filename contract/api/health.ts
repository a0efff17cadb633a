/** Answer of `GET /api/health`: `status` for anyone, the rest for viewers, `checks` where they are asked for. */
import { z } from 'zod';

export const healthCheckSchema = z.object({
  name: z.string(),
  outcome: z.enum(['pass', 'warn', 'fail']),
  detail: z.string(),
  advice: z.string().optional().describe('What to do; absent when nothing needs to be done'),
});
export type HealthCheck = z.output<typeof healthCheckSchema>;

export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded']),
  troubles: z.array(z.string()).optional().describe('What the process cannot do now'),
  cloud: z.string().optional(),
  subscriptionId: z.string().optional(),
  defaultRegion: z.string().optional(),
  authMode: z.string().optional(),
  timeScale: z.number().optional(),
  publicUrl: z.string().optional(),
  checks: z.array(healthCheckSchema).optional(),
});
export type Health = z.output<typeof healthSchema>;
