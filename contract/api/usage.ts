/** What Azure Monitor says of an event's machines and containers, within `GET /api/events/{event}/metrics`. It is some minutes behind. */
import { z } from 'zod';

const series = z
  .array(z.tuple([z.string(), z.number()]))
  .describe('Time (ISO 8601) and value, oldest first; times without a value are left out');

export const usageSchema = z.object({
  from: z.string(),
  to: z.string(),
  components: z.array(
    z.object({
      component: z.string(),
      cpuPercent: series.describe('Of what it was given'),
      memoryBytes: series.describe('Used by a container; still free on a machine, which is all that Azure sees'),
      inBitsPerSecond: series,
      outBitsPerSecond: series,
    }),
  ),
  problem: z.string().optional().describe('Why nothing can be said'),
});
export type Usage = z.output<typeof usageSchema>;
