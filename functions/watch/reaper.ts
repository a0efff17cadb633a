/**
 * Removes what outlived its time to live, independently of every lifecycle: it trusts tags, and only complete ones.
 * A dry run takes the same path and stops before the last step.
 */

import type { DurableClient } from 'durable-functions';
import type { AzureClients } from '../../azure/clients.ts';
import { Vault } from '../../azure/vault.ts';
import type { ReapReport } from '../../contract/api/reaper.ts';
import { parseGroupName } from '../../domain/names.ts';
import { holdOf, leftText, ownerOf, tagOf } from '../../domain/ownership.ts';
import type { Installation } from '../../domain/seam/installation.ts';
import type { RemoveInput } from '../../domain/seam/removal.ts';
import { stateOf } from '../../durable/entity.ts';
import { inTurns } from '../../durable/in-turns.ts';
import { isEnded } from '../../durable/instances.ts';
import { endOf, lifecycleOf } from '../../durable/lifecycles.ts';
import { startOnce } from '../../durable/start.ts';
import { eventIndex, type IndexState } from '../../entities/event-index.ts';
import { groupsOf } from '../../inspect/claims.ts';
import { holdingsOf } from '../../inspect/holdings.ts';
import { ports } from '../../ports/index.ts';
import { type Known, LIMIT, type Ruling, rule, tooMuch } from './reap-rules.ts';

type Candidate = Extract<Ruling, { reap: true }> & { group: string };

/** Reports are for people. */
const SHOWN = 100;
const UNREMARKABLE = new Set(['not managed by stream-control', 'not expired']);

/** What a lifecycle, living or not, says of a group that claims its deployment; undefined when it says nothing. Asked only of groups that are due. */
async function wordOf(
  durable: DurableClient,
  { event, deploymentId }: Pick<Candidate, 'event' | 'deploymentId'>,
  group: string,
): Promise<Known | undefined> {
  const lifecycle = await lifecycleOf(durable, event);
  if (lifecycle?.input.deploymentId !== deploymentId) return undefined;
  if (!groupsOf(lifecycle.input).includes(group.toLowerCase())) return 'elsewhere';
  if (!lifecycle.ended) return 'running';
  // In whatever state it broke: its tags can be set by anyone, when its time ends is known from itself.
  return lifecycle.broken ? { broke: endOf(lifecycle) } : undefined;
}

/** Regions of a request: a deployment's groups are named by that many seconds at most. */
const REGIONS = 20;

/** What the index of events says of a group. */
interface Index {
  /** Whether it is a group of a deployment that the index knows: that no tag can forge. */
  knows(group: string, deploymentId: string): boolean;
  over(deploymentId: string): boolean;
}

async function readIndex(durable: DurableClient): Promise<Index> {
  const entityState = await stateOf<IndexState>(durable, eventIndex);
  const groups = new Map<string, string>();
  for (const entry of [...Object.values(entityState?.events ?? {}), ...(entityState?.past ?? [])])
    groups.set(entry.deploymentId, entry.resourceGroup);
  const over = new Set(entityState?.past.map(({ deploymentId }) => deploymentId));
  const epochOf = (name: string | undefined) => parseGroupName(name)?.epoch ?? Number.NaN;
  return {
    knows: (group, deploymentId) => Math.abs(epochOf(group) - epochOf(groups.get(deploymentId))) <= REGIONS,
    over: (deploymentId) => over.has(deploymentId),
  };
}

interface Scan {
  /** Those the index knows, and those that only their tags speak for: each kind has limits of its own. */
  known: Candidate[];
  claimed: Candidate[];
  managed: { known: number; claimed: number };
}

/** One page of groups at a time; what is kept in memory is bounded by the limit of a run, not by the subscription. */
async function scan(durable: DurableClient, azure: AzureClients, report: ReapReport): Promise<Scan> {
  const index = await readIndex(durable);
  const now = ports().now();
  const found: Scan = { known: [], claimed: [], managed: { known: 0, claimed: 0 } };
  const filter = "tagName eq 'managed-by' and tagValue eq 'stream-control'";
  for await (const { name, tags } of azure.resources.resourceGroups.list({ filter })) {
    report.scanned++;
    const group = { name: name ?? '', tags: tags ?? {} };
    let ruling = rule(group, now, (id) => (index.over(id) ? 'ended' : 'unknown'));
    const word = ruling.reap ? await wordOf(durable, ruling, group.name) : undefined;
    if (word !== undefined) ruling = rule(group, now, () => word);
    const kind = index.knows(group.name, tagOf(group.tags, 'deployment') ?? '') ? 'known' : 'claimed';
    if (ruling.reap || ruling.ours) {
      report.managed++;
      found.managed[kind]++;
    }
    if (ruling.reap && found[kind].length <= LIMIT) {
      const stays = await staying(azure, group.name, ruling.deploymentId);
      if (stays === undefined) found[kind].push({ ...ruling, group: group.name });
      else ruling = { reap: false, ours: true, reason: stays };
    }
    if (!ruling.reap && !UNREMARKABLE.has(ruling.reason) && report.kept.length < SHOWN)
      report.kept.push({ group: group.name, reason: ruling.reason });
  }
  return found;
}

/** Why nothing of a group that is due would go: all that it holds is somebody else's. */
async function staying(azure: AzureClients, group: string, deploymentId: string): Promise<string | undefined> {
  const { ours, strangers } = await holdingsOf(azure, group, deploymentId);
  return ours.length === 0 && strangers.length > 0
    ? `it holds nothing that is ours, but ${leftText(strangers)}`
    : undefined;
}

/** Starts the removal of a group that no lifecycle looks after; one that is under way is left alone. */
export async function startRemoval(
  durable: DurableClient,
  installation: Installation,
  { group, deploymentId, event }: Pick<Candidate, 'group' | 'deploymentId' | 'event'>,
): Promise<void> {
  const id = removalId(group);
  const input: RemoveInput = {
    deploymentId,
    event,
    // Nobody waits for the outcome; who wants it reads the instance.
    parent: '',
    n: 0,
    resourceGroup: group,
    agents: [],
    // What is there is found by listing.
    vaultSecrets: [],
    secrets: true,
    installation,
    pollSeconds: 10,
  };
  await startOnce(durable, 'remove', id, input, isEnded);
}

export const removalId = (group: string): string => `reap-${group}`;

/** Milliseconds a secret may be older than its lifecycle: keys are stored right before that starts. */
const ORPHANED = 60 * 60_000;

/** Deployments that groups carry, whatever else those groups look like. */
async function claimedByGroups(azure: AzureClients): Promise<Set<string>> {
  const claimed = new Set<string>();
  for await (const { tags } of azure.resources.resourceGroups.list()) {
    const deploymentId = tagOf(tags, 'deployment');
    if (deploymentId !== undefined) claimed.add(deploymentId);
  }
  return claimed;
}

/** Whether somebody, be it a lifecycle, a schedule or a group, has the deployment. Each is asked once. */
function vouching({ durable, azure, scheduled }: Reaping): (deploymentId: string, event: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  let groups: Set<string> | undefined;
  return async (deploymentId, event) => {
    groups ??= await claimedByGroups(azure);
    const kept =
      known.get(deploymentId) ??
      (groups.has(deploymentId) || scheduled.has(deploymentId) || (await claims(durable, event, deploymentId)));
    known.set(deploymentId, kept);
    return kept;
  };
}

/**
 * Secrets of deployments that nobody vouches for: expired, or left by a start that never came to be. Those of an event whose
 * lifecycle broke go with its group. What was deleted outside a removal is purged: nobody else would.
 */
async function secrets(reaping: Reaping, dryRun: boolean): Promise<string[]> {
  const { azure, installation } = reaping;
  const now = ports().now();
  const gone: string[] = [];
  const vouched = vouching(reaping);
  const isOld = (since: Date | undefined) => since !== undefined && now - since.getTime() >= ORPHANED;
  for (const url of [installation.keyVaultUrl, installation.mixerVaultUrl]) {
    const vault = new Vault(azure.secrets(url));
    const expired: string[] = [];
    for await (const { name, createdOn, tags } of vault.list()) {
      const owner = ownerOf(name, tags);
      if (!owner?.deploymentId || holdOf(tags) !== undefined || !isOld(createdOn)) continue;
      if (!(await vouched(owner.deploymentId, owner.event))) expired.push(name);
    }
    if (!dryRun) await inTurns(expired, (name) => vault.delete(name));
    gone.push(...expired);
    if (dryRun) continue;
    for (const { name, deletedOn, tags } of await vault.deleted()) {
      const owner = ownerOf(name, tags);
      if (!owner || !isOld(deletedOn)) continue;
      // Those of a deployment that lives go with it, and can be called back until then.
      if (owner.deploymentId && (await vouched(owner.deploymentId, owner.event))) continue;
      if ((await vault.purge(name)) === 'refused') break;
    }
  }
  return gone;
}

/** Whether a lifecycle has the deployment and has not finished it. One that broke has it until its time is over. */
async function claims(durable: DurableClient, event: string, deploymentId: string): Promise<boolean> {
  const lifecycle = await lifecycleOf(durable, event);
  if (lifecycle?.input.deploymentId !== deploymentId) return false;
  return !lifecycle.ended || (lifecycle.broken && ports().now() < endOf(lifecycle));
}

export interface Reaping {
  durable: DurableClient;
  azure: AzureClients;
  installation: Installation;
  /** Ids of deployments that schedules are about to start. */
  scheduled: ReadonlySet<string>;
}

export async function reap(reaping: Reaping, dryRun: boolean): Promise<ReapReport> {
  const { durable, azure, installation } = reaping;
  const report: ReapReport = { dryRun, scanned: 0, managed: 0, reaped: [], kept: [], secrets: [] };
  const found = await scan(durable, azure, report);
  for (const kind of ['known', 'claimed'] as const) {
    const refused = tooMuch(found[kind].length, found.managed[kind]);
    if (refused) report.refused = [report.refused, refused].filter(Boolean).join('; ');
    else
      for (const candidate of found[kind]) {
        if (!dryRun) await startRemoval(durable, installation, candidate);
        const { group, deploymentId, reason } = candidate;
        report.reaped.push({ group, deploymentId, reason });
      }
  }
  report.secrets = await secrets(reaping, dryRun);
  return report;
}
