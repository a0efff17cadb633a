/** The app settings of a local start. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HostError } from '../host/errors.ts';
import { readJsonFile } from '../read-json.ts';

type Settings = Record<string, string>;

/** Subscription that local.settings.sample.json is written for. */
const SAMPLE_SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';

/** What an installation may choose for itself, by environment or local.settings.json, also with the simulator. */
const FREE = ['RELAY_IMAGE', 'SLIDE_SPLITTER_IMAGE', 'ALLOWED_REGISTRIES', 'DEFAULT_REGION'];

function sample(appDir: string): Settings {
  const file = join(appDir, 'local.settings.sample.json');
  if (!existsSync(file)) throw new HostError(`Cannot start: ${file} does not exist`);
  const values = z.object({ Values: z.record(z.string(), z.string()) });
  return readJsonFile(file, values, 'Restore it from the repository', 'by-hand').Values;
}

/**
 * Settings over the simulator: the sample's, with the addresses of this start.
 * @param environment decides only what is free to choose; the rest must fit what the simulator is seeded with
 */
export function simulatorSettings(
  appDir: string,
  environment: Record<string, string | undefined>,
  given: { subscriptionId: string; publicUrl: string; simulatorUrl: string; timeScale: number; alertSecret: string },
): Settings {
  const values = Object.entries(sample(appDir))
    .filter(([name]) => name !== 'AzureWebJobsStorage')
    .map(([name, value]) => [name, value.replaceAll(SAMPLE_SUBSCRIPTION, given.subscriptionId)]);
  return {
    ...Object.fromEntries(values),
    ...Object.fromEntries(FREE.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []))),
    AZURE_SUBSCRIPTION_ID: given.subscriptionId,
    PUBLIC_URL: given.publicUrl,
    SIM_URL: given.simulatorUrl,
    TIME_SCALE: String(given.timeScale),
    ALERT_SECRET: given.alertSecret,
  };
}

/** Settings over Azure itself: everything but these comes from the environment or local.settings.json. */
export const azureSettings = (subscriptionId: string, publicUrl: string, alertSecret: string): Settings => ({
  AzureWebJobsDisableHomepage: 'true',
  AUTH_MODE: 'local',
  AZURE_CLOUD: 'azure',
  AZURE_SUBSCRIPTION_ID: subscriptionId,
  PUBLIC_URL: publicUrl,
  TIME_SCALE: '1',
  ALERT_SECRET: alertSecret,
});
