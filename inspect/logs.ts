/** Log lines of containers: of those that are there by themselves, of those that are gone by Log Analytics, where it has them. */
import type { AzureClients } from '../azure/clients.ts';
import { classify, orAbsent } from '../azure/errors.ts';
import { keptLines } from '../azure/logs.ts';
import type { LogWorkspace } from '../azure/settings.ts';
import type { Logs } from '../contract/api/logs.ts';
import { resourceId } from '../domain/names.ts';
import { inTurns } from '../durable/in-turns.ts';

/** Lines shown; a running container keeps the last 4 MB. */
const TAIL = 200;

export interface Container {
  /** Of the template; the container is called like it. */
  component: string;
  /** Of its group. */
  name: string;
}
type Log = Logs['logs'][number];

export interface Where {
  subscriptionId: string;
  resourceGroup: string;
  azure: AzureClients;
  workspace: LogWorkspace | undefined;
  /** When the deployment began. */
  from: Date;
  now: Date;
}

const NONE = '(no such container)';
const NOTHING = '(Log Analytics has no lines of it, or none yet)';
const TYPE = 'Microsoft.ContainerInstance/containerGroups';

/** The latest lines of each that is there. */
async function ofLiving({ azure, resourceGroup }: Where, all: readonly Container[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await inTurns(all, async ({ component, name }) => {
    const { containers } = azure.containers;
    const lines = await orAbsent(containers.listLogs(resourceGroup, name, component, { tail: TAIL }));
    if (lines) found.set(component, lines.content ?? '');
  });
  return found;
}

/** What Log Analytics has of each, or a sentence of why that cannot be told. */
async function ofGone(
  { azure, subscriptionId, resourceGroup, from, now }: Where,
  workspace: LogWorkspace,
  all: readonly Container[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await inTurns(all, async ({ component, name }) => {
    const id = resourceId(subscriptionId, resourceGroup, TYPE, name);
    try {
      const lines = await keptLines(azure, workspace, { id, from, to: now, most: TAIL });
      found.set(component, lines.map(({ at, text }) => `${at} ${text.trimEnd()}\n`).join('') || NOTHING);
    } catch (error) {
      const { failure } = classify(error, workspace.id);
      found.set(component, `(Log Analytics cannot be read: ${failure.code}: ${failure.message})`);
    }
  });
  return found;
}

/** The latest lines of each container, or a sentence saying that there are none. @param living whether any can be there */
export async function containerLogs(where: Where, all: readonly Container[], living: boolean): Promise<Log[]> {
  const there = living ? await ofLiving(where, all) : new Map<string, string>();
  const gone = all.filter(({ component }) => !there.has(component));
  const { workspace } = where;
  const kept = workspace && gone.length > 0 ? await ofGone(where, workspace, gone) : new Map<string, string>();
  return all.map(({ component }): Log => {
    const text = there.get(component);
    if (text !== undefined) return { component, text, source: 'container' };
    const lines = kept.get(component);
    return lines === undefined
      ? { component, text: NONE, source: 'container' }
      : { component, text: lines, source: 'workspace' };
  });
}
