import type { Settings } from '../azure/settings.ts';
import type { Installation } from '../domain/seam/installation.ts';
import { missingSettings } from '../domain/template/needs.ts';
import type { Template } from '../domain/template/schema.ts';

/** What this installation runs, by the names that templates use. */
export const imagesOf = ({
  relayImage,
  slideSplitterImage,
  mixerImageId,
}: Pick<Settings, 'relayImage' | 'slideSplitterImage' | 'mixerImageId'>) => ({
  relay: relayImage,
  slides: slideSplitterImage,
  mixer: mixerImageId,
});

/** What this installation gives every deployment; snapshotted into the lifecycle's input. */
export const installationOf = (settings: Settings): Installation => ({
  subscriptionId: settings.subscriptionId,
  keyVaultUrl: settings.keyVaultUrl,
  mixerVaultUrl: settings.mixerVaultUrl,
  images: imagesOf(settings),
  identities: { containers: settings.relayIdentityId, mixers: settings.mixerIdentityId },
  ...(settings.usersTable === undefined ? {} : { usersTable: settings.usersTable }),
  publicUrl: settings.publicUrl,
  ...(settings.controlPlaneAudience === undefined ? {} : { controlPlaneAudience: settings.controlPlaneAudience }),
  timeScale: settings.timeScale,
  localAgents: settings.authMode === 'local',
});

/** Settings that a template needs and that are not set. The simulator's programs keep what they need themselves. */
export const notSet = ({ cloud }: Settings, template: Template, installation: Installation): string[] =>
  cloud === 'azure' ? missingSettings(template, installation) : [];
