/** Answer of `GET /api/events/{event}/logs`. */
import { z } from 'zod';

export const logsSchema = z.object({
  logs: z.array(
    z.object({
      component: z.string(),
      text: z.string().describe('The latest lines, or why there are none'),
      source: z
        .enum(['container', 'workspace'])
        .describe('`workspace`: the container is gone; Log Analytics has its lines, the latest after some minutes'),
    }),
  ),
});
export type Logs = z.output<typeof logsSchema>;
