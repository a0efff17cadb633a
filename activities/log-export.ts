/**
 * What a container writes goes to Log Analytics, where it can be read when the container is gone: a diagnostic setting of its group. Such a
 * setting outlives its resource, and would be taken up by a later one of the same name (Microsoft Learn, "Diagnostic settings in Azure
 * Monitor"), so it is removed before its group is.
 */
import type { AzureClients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import { CATEGORY } from '../azure/logs.ts';
import { settings } from '../azure/settings.ts';

const API_VERSION = '2021-05-01-preview';
/** @param group ARM id of a container group */
const settingOf = (group: string): string => `${group}/providers/Microsoft.Insights/diagnosticSettings/stream-control`;

/** Has the lines of a container group kept, where the installation has a workspace. @returns why they are not: no event fails for that */
export async function keepLines(azure: AzureClients, group: string): Promise<string | undefined> {
  const { logWorkspace } = settings();
  if (!logWorkspace) return undefined;
  try {
    await azure.resources.resources.createOrUpdateById(settingOf(group), API_VERSION, {
      properties: { workspaceId: logWorkspace.id, logs: [{ category: CATEGORY, enabled: true }] },
    });
    return undefined;
  } catch (error) {
    const { failure } = classify(error, group);
    return `its lines are not kept in Log Analytics: ${failure.code}: ${failure.message}`;
  }
}

/** Keeps no more lines of a container group that is about to be deleted; what was kept stays. One without a setting is as well. */
export async function endLines(azure: AzureClients, group: string): Promise<void> {
  if (!settings().logWorkspace) return;
  try {
    await azure.resources.resources.deleteById(settingOf(group), API_VERSION);
  } catch {
    // A setting costs nothing and holds nothing; what costs by the hour does not wait for it.
  }
}
