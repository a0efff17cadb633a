/** Answer of `GET /api/deployment/{id}/status`. Times are ISO 8601 UTC, null while unknown. */
import { z } from 'zod';

const time = z.string().nullable();

export const NODE_STATES = ['waiting', 'running', 'done', 'failed', 'stopped', 'skipped'] as const;
export type NodeState = (typeof NODE_STATES)[number];

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  class: z.string(),
  resource: z.string().optional(),
  node: z.string().optional(),
  consequence: z.string().describe('What became of what existed'),
  advice: z.string().optional().describe('What to do'),
});
export type DeploymentError = z.output<typeof errorSchema>;

const nodeStatusSchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(NODE_STATES),
  startedAt: time,
  finishedAt: time,
  detail: z.string(),
});
export type NodeStatus = z.output<typeof nodeStatusSchema>;

export const deploymentStatusSchema = z.object({
  deploymentId: z.string(),
  event: z.string(),
  operation: z.string().describe('The operation under way, else the last'),
  state: z.string(),
  phase: z.string().describe('The state, or `stopping`, `removing`, `ended` within it'),
  progress: z.number().min(0).max(1).describe('Of what the state works towards'),
  nodes: z.array(nodeStatusSchema),
  startedAt: z.string(),
  finishedAt: time,
  error: errorSchema.optional(),
});
export type DeploymentStatus = z.output<typeof deploymentStatusSchema>;
