/**
 * The seam between the pure lifecycle (domain/), the orchestrations that carry it, and the activities that do its work.
 * Everything here travels through durable history: JSON only, and never a secret (design section 6 and the invariants of AGENTS.md).
 */

/** Durable function names: used by orchestrations to call, by functions/ to start, by activities/ to register. */
export const ORCHESTRATION = {
  lifecycle: 'lifecycle',
  node: 'node',
  alarm: 'alarm',
  remove: 'remove',
  operation: 'operation',
  record: 'record',
} as const;

export const ACTIVITY = {
  /** `Effect[]` -> `EffectOutcome[]`; each effect is start-if-absent or otherwise idempotent. */
  perform: 'perform',
  /** `NodeInput` -> `NodeStep`: look first, then send the one request that creates; returns before any poll. */
  begin: 'begin',
  /** `NodeInput & { token }` -> `NodeStep`: one look at a running operation. */
  poll: 'poll',
  /** `Delivery` -> void: puts a message into a lifecycle's inbox. */
  report: 'report',
  /** `RemoveInput` -> `RemoveStep`: one step of deleting and verifying. */
  remove: 'removeStep',
} as const;

export const INBOX = 'inbox';

/** Why something failed, classified in azure/ (design section 4). `code` and `message` are Azure's own. */
export interface Failure {
  class:
    | 'transient'
    | 'throttled'
    | 'capacity'
    | 'quota'
    | 'policy'
    | 'authorisation'
    | 'configuration'
    | 'conflict'
    | 'foreign'
    | 'unhealthy'
    | 'timeout'
    | 'unknown';
  code: string;
  message: string;
  /** ARM id or name of the resource it concerns. */
  resource?: string;
  /** What a person should do about it. */
  advice?: string;
}

/** What an installation gives every deployment; snapshotted into the lifecycle's input so that a running event never changes under its feet. */
export interface Installation {
  subscriptionId: string;
  keyVaultUrl: string;
  mixerVaultUrl: string;
  mixerImageId: string;
  mixerIdentityId: string;
  relayImage: string;
  slideSplitterImage: string;
  relayIdentityId: string;
  publicUrl: string;
  /** Divides poll, health-gate and heartbeat intervals; 1 is real time. */
  timeScale: number;
  /** True where agents authenticate by a token in the mixers' vault (AUTH_MODE=local). */
  localAgents: boolean;
}

/** What one node makes or checks: everything its activity needs, by kind. Names are Azure resource names inside `resourceGroup`. */
export type NodeSpec =
  | { kind: 'preflight'; languages: string[]; vmSize: string; keysGiven: boolean }
  | { kind: 'resource-group'; tags: Record<string, string> }
  | { kind: 'secrets'; languages: string[]; expires: string }
  | { kind: 'nsg'; name: string; rules: NsgRule[] }
  | { kind: 'vnet'; name: string; addressSpace: string; subnets: SubnetSpec[] }
  | { kind: 'public-ip'; name: string }
  | { kind: 'nic'; name: string; vnet: string; subnet: string; nsg: string; publicIp: string; privateIpAddress: string }
  | {
      kind: 'container-group';
      name: string;
      role: 'relay' | 'slides';
      dnsLabel: string;
      image: string;
      identityId: string;
      cpu: number;
      memoryGb: number;
      ports: { port: number; protocol: 'TCP' | 'UDP' }[];
      environment: Record<string, string>;
      /** Environment variable -> name of the secret in the control plane's vault whose value goes into `secureValue`. */
      secureEnvironment: Record<string, { vault: 'control' | 'mixers'; secret: string }>;
    }
  | {
      kind: 'mixer';
      name: string;
      language: string;
      computerName: string;
      nic: string;
      vmSize: string;
      imageId: string;
      identityId: string;
      spot: boolean;
      adminUsername: string;
      /** Secret in the control vault with the Windows password. */
      passwordSecret: string;
      /** JSON of contract `userData`, not yet base64; holds names of secrets, never secrets. */
      userData: string;
      osDiskGb?: number;
    }
  | { kind: 'check-container'; container: string; port: number; attempts: number; intervalSeconds: number }
  | { kind: 'check-mixer'; mixer: string; language: string; attempts: number; intervalSeconds: number }
  | { kind: 'expires-tag'; expires: string; ttl: string };

export interface NsgRule {
  name: string;
  priority: number;
  direction: 'Inbound' | 'Outbound';
  access: 'Allow' | 'Deny';
  protocol: 'Tcp' | 'Udp' | '*';
  sources: string[];
  ports: string[];
}
export interface SubnetSpec {
  name: string;
  prefix: string;
  nsg: string;
  delegation?: 'Microsoft.ContainerInstance/containerGroups';
}

/** Input of a node orchestration, whose instance id is `<deploymentId>-<node>-<attempt>`. */
export interface NodeInput {
  deploymentId: string;
  event: string;
  /** Instance id of the lifecycle, `event-<name>`. */
  parent: string;
  node: string;
  attempt: number;
  resourceGroup: string;
  region: string;
  /** Tags put on every resource of the deployment. */
  tags: Record<string, string>;
  spec: NodeSpec;
  installation: Installation;
  /** Longest time between two polls, in seconds before the time scale. */
  pollSeconds: number;
  /** Give up after this many seconds before the time scale. */
  timeoutSeconds: number;
}

/** What is worth remembering of a finished node: addresses, warnings. Small, public, JSON. */
export type NodeFacts = Record<string, string | number | boolean | string[]>;

/** Result of one `begin` or `poll`. */
export type NodeStep =
  | { step: 'done'; facts?: NodeFacts }
  /** Accepted and running; `token` is what `poll` needs (kept in history before the first poll). */
  | { step: 'running'; token: string; afterSeconds?: number; detail?: string }
  /** Nothing happened (throttled, transient): make the same call again after `afterSeconds` (unscaled, as Azure said it). */
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure; facts?: NodeFacts }
  /** The fence closed: the lifecycle is another deployment's, ended, or going away. */
  | { step: 'stopped'; reason: string };

/** What `report` delivers. */
export interface Delivery {
  parent: string;
  message: unknown;
}

/** Input of the orchestration that deletes a resource group and proves it gone; instance id `<deploymentId>-delete-<n>`. */
export interface RemoveInput {
  deploymentId: string;
  event: string;
  parent: string;
  n: number;
  resourceGroup: string;
  languages: string[];
  installation: Installation;
  pollSeconds: number;
}
export interface RemovedResource {
  id: string;
  type: string;
  name: string;
  /** ISO 8601; when known. */
  createdAt?: string;
  removedAt?: string;
}
/** One step of a removal: the phase machine lives in the orchestration, each step is one idempotent activity. */
export type RemoveStep =
  | { step: 'listed'; resources: RemovedResource[]; exists: boolean }
  | { step: 'deleting'; token: string; afterSeconds?: number }
  | { step: 'gone' }
  | { step: 'remains'; resources: RemovedResource[]; secrets: string[] }
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure };
