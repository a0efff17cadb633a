/** What an installation gives every deployment; snapshotted into the lifecycle's input so that a running event never changes under its feet. */
export interface Installation {
  subscriptionId: string;
  keyVaultUrl: string;
  mixerVaultUrl: string;
  /** What components run, by the name a template calls it: container images, and the ARM id of the machines' image. */
  images: Record<string, string>;
  /** ARM ids of the identities that components have. */
  identities: Record<IdentityName, string>;
  /** Address of the table in which stream servers keep their users. */
  usersTable?: string;
  publicUrl: string;
  /** Application ID URI that the mixers ask their tokens for; `publicUrl` where it is absent. */
  controlPlaneAudience?: string;
  /** Divides poll, health-gate and heartbeat intervals; 1 is real time. */
  timeScale: number;
  /** An admin has chosen a version of the mixers' image that has not passed its smoke test. */
  unprovedImages?: boolean;
  /** What people must be told of the version that was taken. */
  imageNote?: string;
  /** True where agents authenticate by a token in the mixers' vault (AUTH_MODE=local). */
  localAgents: boolean;
}

/** Whose identity a component has: one that may pull images, or one that may read the mixers' vault. */
export const IDENTITIES = ['containers', 'mixers'] as const;
export type IdentityName = (typeof IDENTITIES)[number];

/** Images of an installation that a template may name, by what they are for. */
export const IMAGES = { containers: ['relay', 'slides'], machine: ['mixer'] } as const;
