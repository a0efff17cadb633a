/** host.json for the durable backend of an installation (docs/operate/install.md, "Durable backend"). */

export const BACKENDS = ['AzureStorage', 'SchedulerConsumption', 'SchedulerDedicated'] as const;
export type Backend = (typeof BACKENDS)[number];

/** @throws Error for a word that is no backend */
export function backendOf(word: string | undefined): Backend {
  const found = BACKENDS.find((one) => one === (word || BACKENDS[0]));
  if (!found)
    throw new Error(`Cannot package for the durable backend "${word}": it must be one of ${BACKENDS.join(', ')}`);
  return found;
}

interface HostJson {
  extensions: { durableTask: Record<string, unknown> };
}

/** The hub and how to reach it come from app settings; who scales the app reads this file, so settings alone would not do. */
export function hostJson(text: string, backend: Backend): string {
  if (backend === 'AzureStorage') return text;
  const host = JSON.parse(text) as HostJson;
  host.extensions.durableTask = {
    ...host.extensions.durableTask,
    hubName: '%TASKHUB_NAME%',
    storageProvider: { type: 'azureManaged', connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING' },
  };
  return `${JSON.stringify(host, null, 2)}\n`;
}
