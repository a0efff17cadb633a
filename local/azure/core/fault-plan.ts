import { z } from 'zod';

/** Kinds that act on a resource that exists; its provider knows them (`ResourceType.behave`), or who plays the programs in it (`inside`). */
export const BEHAVIOUR_KINDS = ['unhealthy', 'silent', 'crash-loop', 'evict', 'change-ip', 'inside'] as const;

const outcome = z.strictObject({
  kind: z.enum(['error', 'operation-fails', 'stuck', 'drop-response', 'reset', 'throttle', 'slow', ...BEHAVIOUR_KINDS]),
  /** HTTP status of `error`. */
  status: z.int().min(400).max(599).optional(),
  code: z.string().min(1).optional(),
  message: z.string().optional(),
  /** Azure seconds: how long `slow` takes more, `throttle` asks to wait, a behaviour waits before it takes hold. */
  seconds: z.number().min(0).optional(),
});

const fault = z.strictObject({
  match: z.strictObject({
    /** Resource type, as a glob: `Microsoft.Compute/virtualMachines`, `Microsoft.Network/*`. */
    type: z.string().min(1),
    name: z.string().optional(),
    operation: z.enum(['create', 'delete', 'read', 'list', 'action', 'any']).optional(),
    region: z.string().optional(),
  }),
  /** The first match that counts, from 1. */
  nth: z.int().min(1).optional(),
  /** How many matches it hits; default every one, or one when `nth` is given. */
  times: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  outcome,
});

/** A fault plan as a file or `PUT /_sim/faults` holds it: tried in order, the first that hits wins. */
export const faultPlan = z.array(fault);
export type Fault = z.output<typeof fault>;
export type FaultPlan = z.output<typeof faultPlan>;
export type FaultOutcome = z.output<typeof outcome>;

/** What a fault may meet. */
export interface Occasion {
  type: string;
  name: string;
  operation: 'create' | 'delete' | 'read' | 'list' | 'action';
  region: string;
}
