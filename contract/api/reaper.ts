/** What the reaper has removed, or would remove: answer of `GET` and `POST /api/reaper`. */
import { z } from 'zod';

const ruling = { group: z.string(), reason: z.string() };

export const reapReportSchema = z.object({
  dryRun: z.boolean(),
  scanned: z.number().describe('Groups looked at'),
  managed: z.number().describe('Groups among them that are ours'),
  reaped: z.array(z.object({ ...ruling, deploymentId: z.string() })).describe('Groups that go, or would'),
  kept: z
    .array(z.object(ruling))
    .describe('Groups past their time, or oddly tagged, that stay, and why; the first hundred'),
  refused: z.string().optional().describe('Why nothing was deleted although there were candidates'),
  secrets: z.array(z.string()).describe('Names of expired secrets that go, or would'),
});
export type ReapReport = z.output<typeof reapReportSchema>;
