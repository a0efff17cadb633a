import type { Settings } from '../azure/settings.ts';
import type { Installation } from '../domain/seam/installation.ts';

/** What this installation gives every deployment; snapshotted into the lifecycle's input. */
export const installationOf = (settings: Settings): Installation => ({
  subscriptionId: settings.subscriptionId,
  keyVaultUrl: settings.keyVaultUrl,
  mixerVaultUrl: settings.mixerVaultUrl,
  mixerImageId: settings.mixerImageId,
  mixerIdentityId: settings.mixerIdentityId,
  relayImage: settings.relayImage,
  slideSplitterImage: settings.slideSplitterImage,
  relayIdentityId: settings.relayIdentityId,
  publicUrl: settings.publicUrl,
  ...(settings.controlPlaneAudience === undefined ? {} : { controlPlaneAudience: settings.controlPlaneAudience }),
  timeScale: settings.timeScale,
  localAgents: settings.authMode === 'local',
});
