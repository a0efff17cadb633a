/** What a container group is made as. */
export interface ContainersSpec {
  kind: 'containers';
  /** Name of the group; the container in it has the component's. */
  name: string;
  container: string;
  region: string;
  /** Of one that has ports: they are public, under this name. */
  dnsLabel?: string;
  image: string;
  /** ARM ids; the first is shown to the registry. */
  identityIds: string[];
  cpu: number;
  memoryGb: number;
  ports: { port: number; protocol: 'TCP' | 'UDP' }[];
  /** Where it answers for itself; Azure restarts a container that does not. */
  health?: { path: string; port: number };
  environment: Record<string, string>;
  /** Environment variable -> the secret whose value goes into `secureValue`. */
  secureEnvironment: Record<string, { vault: 'control' | 'mixers'; secret: string }>;
}

/** A container group is well when it answers. */
export interface CheckHttpSpec {
  kind: 'check-http';
  container: string;
  host: string;
  port: number;
  path: string;
  attempts: number;
  intervalSeconds: number;
}
