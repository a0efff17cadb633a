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
  /** Application ID URI that the mixers ask their tokens for; `publicUrl` where it is absent. */
  controlPlaneAudience?: string;
  /** Divides poll, health-gate and heartbeat intervals; 1 is real time. */
  timeScale: number;
  /** True where agents authenticate by a token in the mixers' vault (AUTH_MODE=local). */
  localAgents: boolean;
}
