/** Answer of `GET /api/events/{event}/logs`. */
import { z } from 'zod';

export const logsSchema = z.object({
  logs: z.array(
    z.object({ component: z.string(), text: z.string().describe('The latest lines, or why there are none') }),
  ),
});
export type Logs = z.output<typeof logsSchema>;
