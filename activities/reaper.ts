/**
 * Removes what outlived its time to live, independently of every lifecycle: it trusts tags, and only complete ones.
 * A dry run takes the same path and stops before the last step.
 */
import type { DurableClient } from 'durable-functions';
import type { AzureClients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { eventOfDeployment, instanceId } from '../domain/names.ts';
import { is } from '../domain/states.ts';
import type { EncodedStatus } from '../domain/status/encoded.ts';
import { type Installation, type LifecycleInput, ORCHESTRATION, type RemoveInput } from '../domain/workflow.ts';
import { ports } from '../ports/index.ts';
import { eventIndex, type IndexState } from './event-index.ts';
import { inTurns } from './in-turns.ts';
import { instanceStatus, isEnded } from './perform.ts';
import { type Known, LIMIT, type Ruling, rule, tooMuch } from './reap-rules.ts';

export interface ReapReport {
  dryRun: boolean;
  /** Groups looked at, and those among them that are ours. */
  scanned: number;
  managed: number;
  /** Groups that go (or would). */
  reaped: { group: string; deploymentId: string; reason: string }[];
  /** Groups past their time, or oddly tagged, that stay, and why; the first hundred. */
  kept: { group: string; reason: string }[];
  /** Why nothing was deleted although there were candidates. */
  refused?: string;
  /** Names of expired secrets that go (or would). */
  secrets: string[];
}

type Candidate = Extract<Ruling, { reap: true }> & { group: string };

/** Reports are for people. */
const SHOWN = 100;
const UNREMARKABLE = new Set(['not managed by stream-control', 'not expired']);

/**
 * What the lifecycle says of its deployment; undefined when it says nothing. One that broke under a running event says
 * `unknown`: only the end of its time may take an event off the air. Asked only of groups that are due.
 */
async function wordOf(durable: DurableClient, event: string, deploymentId: string): Promise<Known | undefined> {
  const status = await instanceStatus(durable, instanceId.lifecycle(event));
  const owner = (status?.input as LifecycleInput | null | undefined)?.deploymentId;
  if (!status || owner !== deploymentId) return undefined;
  if (!isEnded(status)) return 'running';
  return is((status.customStatus as EncodedStatus | null)?.s, 'wanted') ? 'unknown' : undefined;
}

/** One page of groups at a time; what is kept in memory is bounded by the limit of a run, not by the subscription. */
async function scan(durable: DurableClient, azure: AzureClients, report: ReapReport): Promise<Candidate[]> {
  const { entityState } = await durable.readEntityState<IndexState>(eventIndex);
  const over = new Set(entityState?.past.map(({ deploymentId }) => deploymentId));
  const now = ports().now();
  const candidates: Candidate[] = [];
  const filter = "tagName eq 'managed-by' and tagValue eq 'stream-control'";
  for await (const { name, tags } of azure.resources.resourceGroups.list({ filter })) {
    report.scanned++;
    const group = { name: name ?? '', tags: tags ?? {} };
    const guess = (id: string): Known => (over.has(id) ? 'ended' : 'unknown');
    let ruling = rule(group, now, guess);
    const word = ruling.reap ? await wordOf(durable, ruling.event, ruling.deploymentId) : undefined;
    if (word !== undefined) ruling = rule(group, now, () => word);
    if (ruling.reap || ruling.ours) report.managed++;
    if (ruling.reap) {
      if (candidates.length <= LIMIT) candidates.push({ ...ruling, group: group.name });
    } else if (!UNREMARKABLE.has(ruling.reason) && report.kept.length < SHOWN)
      report.kept.push({ group: group.name, reason: ruling.reason });
  }
  return candidates;
}

/** Starts the removal of a group that no lifecycle looks after; one that is under way is left alone. */
export async function startRemoval(
  durable: DurableClient,
  installation: Installation,
  { group, deploymentId, event }: Pick<Candidate, 'group' | 'deploymentId' | 'event'>,
): Promise<void> {
  const id = removalId(group);
  const running = await instanceStatus(durable, id);
  if (running && !isEnded(running)) return;
  const input: RemoveInput = {
    deploymentId,
    event,
    // Nobody waits for the outcome; who wants it reads the instance.
    parent: '',
    n: 0,
    resourceGroup: group,
    languages: [],
    secrets: true,
    installation,
    pollSeconds: 10,
  };
  await durable.startNew(ORCHESTRATION.remove, { instanceId: id, input });
}

export const removalId = (group: string): string => `reap-${group}`;

/** Milliseconds a secret may be older than its lifecycle: keys are stored right before that starts. */
const ORPHANED = 60 * 60_000;

/**
 * Secrets of deployments that no lifecycle vouches for: expired, or left by a start that never came to be. Those of an event
 * whose lifecycle broke go with its group.
 */
async function secrets(
  durable: DurableClient,
  azure: AzureClients,
  { keyVaultUrl, mixerVaultUrl }: Installation,
  dryRun: boolean,
): Promise<string[]> {
  const now = ports().now();
  const gone: string[] = [];
  for (const url of [keyVaultUrl, mixerVaultUrl]) {
    const vault = new Vault(azure.secrets(url));
    const expired: string[] = [];
    const running = new Map<string, boolean>();
    for await (const { name, createdOn, tags } of vault.list()) {
      const { deployment } = tags;
      const event = eventOfDeployment(deployment ?? '');
      if (tags['managed-by'] !== 'stream-control' || !deployment || !event) continue;
      if (!createdOn || now - createdOn.getTime() < ORPHANED) continue;
      const known = running.get(deployment) ?? (await wordOf(durable, event, deployment)) !== undefined;
      running.set(deployment, known);
      if (!known) expired.push(name);
    }
    if (!dryRun) await inTurns(expired, (name) => vault.delete(name));
    gone.push(...expired);
  }
  return gone;
}

export async function reap(
  durable: DurableClient,
  azure: AzureClients,
  installation: Installation,
  dryRun: boolean,
): Promise<ReapReport> {
  const report: ReapReport = { dryRun, scanned: 0, managed: 0, reaped: [], kept: [], secrets: [] };
  const candidates = await scan(durable, azure, report);
  const refused = tooMuch(candidates.length, report.managed);
  if (refused) report.refused = refused;
  else {
    for (const candidate of candidates) if (!dryRun) await startRemoval(durable, installation, candidate);
    report.reaped = candidates.map(({ group, deploymentId, reason }) => ({ group, deploymentId, reason }));
  }
  report.secrets = await secrets(durable, azure, installation, dryRun);
  return report;
}
