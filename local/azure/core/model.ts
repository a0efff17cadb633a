import type { ArmErrorBody } from './errors.ts';
import type { JsonObject } from './json.ts';

export interface Resource<P extends JsonObject = JsonObject> {
  id: string;
  name: string;
  /** `Microsoft.Network/virtualNetworks` */
  type: string;
  location?: string | undefined;
  tags?: Record<string, string> | undefined;
  /** Other top-level members that are echoed: sku, kind, identity, zones, plan, managedBy... */
  extra: JsonObject;
  properties: P;
  /** Kept but never in an answer. No secrets either: they are not stored at all. */
  hidden: JsonObject;
  etag: string;
  /** ms since the epoch */
  createdAt: number;
  changedAt: number;
  /** Was there before the simulation: answers ARM, is neither metered nor in `/_sim/resources`. */
  seeded?: boolean | undefined;
}

export interface Operation {
  id: string;
  kind: 'create' | 'update' | 'delete' | 'action';
  /** Name of the action for kind `action`. */
  action?: string | undefined;
  resourceId: string;
  type: string;
  subscription: string;
  location: string;
  apiVersion: string;
  status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';
  /** ms since the epoch */
  startedAt: number;
  endsAt: number;
  endedAt?: number | undefined;
  error?: ArmErrorBody | undefined;
  /** What will make it fail when it ends. */
  fails?: ArmErrorBody | undefined;
  /** Body of the final GET on `Location`, and `properties.output` for providers that show it. */
  output?: JsonObject | undefined;
  /** The provider's own notes. */
  data: JsonObject;
  polls: number;
  jobId: string;
}
