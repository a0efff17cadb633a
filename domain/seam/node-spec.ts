import type { CheckHttpSpec, ContainersSpec } from '../kinds/containers/spec.ts';
import type { MachineSpec, NicSpec, PublicIpSpec } from '../kinds/machine/spec.ts';

/** Stream keys that wait to become those of their languages. */
export interface StagedKeys {
  operationId: string;
  languages: string[];
  /** A key that is in its place already is a newer one, and stays. */
  yields?: true;
}

/** A secret by its name in one of the two vaults. */
export interface SecretPlace {
  vault: 'control' | 'mixers';
  secret: string;
}

/** What the parts of an event ask of the subscription, together. */
export interface Needs {
  machines: number;
  computerNames: string[];
  /** Whether the identity that machines and agents have is needed. */
  identity: boolean;
  /** Container groups by region; without one they go where the event is. */
  groups: { region?: string; groups: number; cpus: number; dnsLabels: string[] }[];
}

/** Looks, creates nothing. Facts: `identityClientId` (goes into userData), `warnings`. */
export interface PreflightSpec {
  kind: 'preflight';
  regions: string[];
  vmSizes: string[];
  spot: boolean;
  keysGiven: boolean;
  /** Whether the template takes stream keys at all. */
  takesKeys: boolean;
  /** Names of secrets by language, one of each of which must be in the mixers' vault when keys were given. */
  streamSecrets: string[][];
  needs: Needs;
}

/** A component with an agent is well when that has spoken and has no complaint. */
export interface CheckAgentSpec {
  kind: 'check-agent';
  component: string;
  /** And when its destination has accepted picture and sound, while it is to stream. */
  delivers?: true;
  /** Kind of the component and name of its resource in Azure, for what is said of a silent one. */
  of: string;
  name: string;
  attempts: number;
  intervalSeconds: number;
}

/** Power of one component; `stop` deallocates a VM, and to `restart` or `redeploy` what is off starts it. Done when Azure says so. */
export interface PowerSpec {
  kind: 'power';
  /** Kind of the component. */
  of: string;
  component: string;
  name: string;
  action: 'start' | 'stop' | 'restart' | 'redeploy';
}

/** Deletes what one component consists of, one after the other, and verifies; absent is done. */
export interface DiscardSpec {
  kind: 'discard';
  of: string;
  component: string;
  variant: number;
  /** Names of its resources, by what they are to its kind. */
  names: Record<string, string>;
  /** Secrets that go with it: it leaves the event. */
  secrets: SecretPlace[];
  /** Its agent's memory goes as well. */
  forget: boolean;
}

/** What one node makes or checks: everything its activity needs, by kind. Names are Azure resource names inside `resourceGroup`. */
export type NodeSpec =
  | PreflightSpec
  | { kind: 'resource-group'; tags: Record<string, string> }
  | {
      kind: 'secrets';
      /** Made where they are absent. */
      make: (SecretPlace & { how: 'passphrase' | 'password' | 'token' })[];
      expires: string;
      /** Stream keys to be taken from where the command of this operation left them; absent when none came. */
      staged?: StagedKeys & { secret: string };
    }
  | { kind: 'nsg'; name: string; rules: NsgRule[] }
  | { kind: 'vnet'; name: string; addressSpace: string; subnets: SubnetSpec[] }
  /** Patches the group's tags `expires`, `DeleteAfter` and `ttl`. */
  | { kind: 'expires-tag'; expires: string; ttl: string }
  /** Looks at the group's `hold` tag, and for what in it is not ours, before an end that nobody asks for. Facts: `hold`, `left`. */
  | { kind: 'look-group'; before: 'warning' | 'end' }
  | CheckAgentSpec
  | PowerSpec
  | DiscardSpec
  | ContainersSpec
  | CheckHttpSpec
  | PublicIpSpec
  | NicSpec
  | MachineSpec;

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
