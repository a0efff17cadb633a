/** Answer of `POST /api/plan`, and the graph of a deployment. Durations in seconds, money in `currency`. */
import { z } from 'zod';

export const plannedNodeSchema = z.object({
  id: z.string(),
  kind: z.string().describe('ARM type, `secrets` or `check`'),
  expectedSeconds: z.number(),
  learnedSeconds: z.number().optional().describe('Once enough runs are known'),
  dependsOn: z.array(z.string()),
});
export type PlannedNode = z.output<typeof plannedNodeSchema>;

export const graphSchema = z.object({
  deploymentId: z.string(),
  nodes: z.array(plannedNodeSchema),
  criticalPath: z.array(z.string()).describe('Node ids of the longest chain'),
});
/** What a deployment consists of and in which order; it changes with its languages only. */
export type DeploymentGraph = z.output<typeof graphSchema>;

export const checkSchema = z.object({
  name: z.string(),
  outcome: z.enum(['pass', 'warn', 'fail']),
  detail: z.string(),
});
export type PlanCheck = z.output<typeof checkSchema>;

export const planSchema = z.object({
  event: z.string(),
  title: z.string(),
  region: z.string(),
  nodes: z.array(plannedNodeSchema),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
  criticalPath: z.array(z.string()),
  criticalPathSeconds: z.number(),
  readySeconds: z.object({
    p50: z.number(),
    p95: z.number(),
    runs: z.number().describe('Past deployments that were learned from'),
    source: z.enum(['prior', 'learned']),
  }),
  cost: z.object({ perHour: z.number(), perEvent: z.number(), currency: z.string(), pricesAsOf: z.string() }),
  checks: z.array(checkSchema),
  hash: z.string().describe('`planHash` of a deployment that is to do exactly this'),
});
export type PlanAnswer = z.output<typeof planSchema>;
