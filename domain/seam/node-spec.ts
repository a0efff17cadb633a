/** The two container groups: programme relay and slide splitter. */
export type RelayRole = 'relay' | 'slides';

/** Stream keys that wait to become those of their languages. */
export interface StagedKeys {
  operationId: string;
  languages: string[];
  /** A key that is in its place already is a newer one, and stays. */
  yields?: true;
}

/** What one node makes or checks: everything its activity needs, by kind. Names are Azure resource names inside `resourceGroup`. */
export type NodeSpec =
  /** Looks, creates nothing. Facts: `mixerIdentityClientId` (goes into userData), `warnings`. */
  | {
      kind: 'preflight';
      languages: string[];
      regions: string[];
      vmSizes: string[];
      spot: boolean;
      keysGiven: boolean;
      /** Names of secrets by language, one of each of which must be in the mixers' vault when keys were given. */
      streamSecrets: string[][];
      /** DNS labels that must be free or ours. */
      dnsLabels: string[];
      computerNames: string[];
      /** vCPUs of the container groups together. */
      containerCpus: number;
    }
  | { kind: 'resource-group'; tags: Record<string, string> }
  | {
      kind: 'secrets';
      languages: string[];
      expires: string;
      /** Stream keys to be taken from where the command of this operation left them; absent when none came. */
      staged?: StagedKeys;
    }
  | { kind: 'nsg'; name: string; rules: NsgRule[] }
  | { kind: 'vnet'; name: string; addressSpace: string; subnets: SubnetSpec[] }
  | { kind: 'public-ip'; name: string }
  | { kind: 'nic'; name: string; vnet: string; subnet: string; nsg: string; publicIp: string; privateIpAddress: string }
  | {
      kind: 'container-group';
      name: string;
      role: RelayRole;
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
  | {
      kind: 'check-container';
      container: string;
      host: string;
      port: number;
      attempts: number;
      intervalSeconds: number;
    }
  | { kind: 'check-mixer'; mixer: string; language: string; attempts: number; intervalSeconds: number }
  /** Patches the group's tags `expires`, `DeleteAfter` and `ttl`. */
  | { kind: 'expires-tag'; expires: string; ttl: string }
  /** Looks at the group's `hold` tag, and for what in it is not ours, before an end that nobody asks for. Facts: `hold`, `left`. */
  | { kind: 'look-group'; before: 'warning' | 'end' }
  /** Power of one machine or container group; `stop` deallocates a VM, and to `restart` or `redeploy` what is off starts it. Done when the instance view says so. */
  | { kind: 'power'; target: 'mixer' | 'container'; name: string; action: 'start' | 'stop' | 'restart' | 'redeploy' }
  /** Deletes one language's machine and all that hangs on it (VM forced, then NIC, public IP, disk), and verifies; absent is done. */
  | { kind: 'delete-machine'; language: string; mixer: string; nic: string; publicIp: string; secrets: boolean };

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
