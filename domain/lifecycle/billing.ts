/** Keeps the ledger: when a resource began to exist, to cost, to stop costing, and when it was gone. */

import { checkId } from '../component.ts';
import { kindNames, knownKind } from '../kinds/index.ts';
import type { Made } from '../kinds/kind.ts';
import { resourceName } from '../names.ts';
import { own } from '../own.ts';
import { nodeSpec } from '../plan/specs.ts';
import type { NodeFacts } from '../seam/node.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import type { RemovedMessage, RemovedResource } from '../seam/removal.ts';
import { stepTimes } from '../template/schema.ts';
import type { ActionRecord } from './entries.ts';
import { billed, entryKey, gone, type LedgerEntry, offSince, unbilled } from './ledger.ts';
import { graphOf, scaledMs, type Turn } from './turn.ts';

/** ARM types of what every event has; none of it costs anything. */
const SHARED: Readonly<Record<string, string>> = {
  nsg: 'Microsoft.Network/networkSecurityGroups',
  vnet: 'Microsoft.Network/virtualNetworks',
};

/** What a node makes and what that costs, as its kind says. */
function madeBy({ input, state }: Turn, spec: NodeSpec): Made[] {
  const shared = own(SHARED, spec.kind);
  if (shared !== undefined && 'name' in spec) return [{ type: shared, name: spec.name, perHour: 0, fromRequest: true }];
  const at = { spot: input.request.spot, region: state.plan.layout.region };
  for (const name of kindNames()) {
    const made = knownKind(name)?.made(spec, at);
    if (made) return made;
  }
  return [];
}

/** The same of a node of the plan, by its id. */
const plannedBy = (turn: Turn, id: string): Made[] => madeBy(turn, nodeSpec(turn.input, turn.state.plan.layout, id));

const keyIn = (turn: Turn, name: string): string => entryKey(turn.state.plan.layout.resourceGroup, name);

function change(turn: Turn, key: string, by: (entry: LedgerEntry) => LedgerEntry): void {
  const entry = own(turn.state.money.ledger, key);
  if (entry) turn.state.money.ledger = { ...turn.state.money.ledger, [key]: by(entry) };
}

function drop(turn: Turn, key: string): void {
  const { [key]: _never, ...ledger } = turn.state.money.ledger;
  turn.state.money.ledger = ledger;
}

/** A node of the plan is started: its request is on its way. */
export function billStart(turn: Turn, spec: NodeSpec): void {
  const { resourceGroup: group } = turn.state.plan.layout;
  for (const { type, name, perHour, fromRequest, readyAfter } of madeBy(turn, spec)) {
    const key = keyIn(turn, name);
    const before = own(turn.state.money.ledger, key);
    if (before && before.removedAt === undefined) continue;
    const waits = readyAfter === undefined ? {} : { readyAfter };
    const entry: LedgerEntry = { group, type, name, perHour, spent: 0, createdAt: turn.now, unseen: true, ...waits };
    turn.state.money.ledger = { ...turn.state.money.ledger, [key]: fromRequest ? billed(entry, turn.now) : entry };
  }
}

const numberOf = (value: NodeFacts[string] | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Failure codes that do not say whether the request reached Azure. */
const TELLS_NOTHING = ['Stopped', 'NodeDied', 'TimedOut', 'ActivityFailed'];

/** A machine was off before anybody noticed: the facts say since when, where Azure does. */
const foundOff = (turn: Turn, name: string, facts: NodeFacts): void =>
  change(turn, keyIn(turn, name), (entry) => offSince(entry, numberOf(facts.offAt), turn.now));

/** A node of the plan has ended. @param code of its failure */
export function billEnd(turn: Turn, spec: NodeSpec, facts: NodeFacts, code: string | undefined): void {
  const sentAt = numberOf(facts.sentAt);
  const refused = code !== undefined && sentAt === undefined && !TELLS_NOTHING.includes(code);
  if (spec.kind === 'check-agent') foundOff(turn, spec.name, facts);
  for (const { name, fromRequest } of madeBy(turn, spec)) {
    const key = keyIn(turn, name);
    const entry = own(turn.state.money.ledger, key);
    if (!entry) continue;
    if (refused && entry.unseen) drop(turn, key);
    if (refused || (code !== undefined && sentAt === undefined)) continue;
    change(turn, key, (each) => seenSince(each, sentAt ?? each.createdAt ?? turn.now));
    if (!fromRequest && code === undefined)
      change(turn, key, (each) => billed(each, numberOf(facts.readyAt) ?? turn.now));
  }
}

/** Marks an entry as seen, requested at `at`. What one has cost before (another lifecycle has counted it) is in it already. */
function seenSince({ unseen, ...entry }: LedgerEntry, at: number): LedgerEntry {
  if (!unseen) return entry;
  return {
    ...entry,
    createdAt: at,
    ...(entry.billedSince === undefined || entry.spent > 0 ? {} : { billedSince: at }),
  };
}

/** Work outside the plan has ended: power, or the deletion of one machine. */
export function billAction(
  turn: Turn,
  { spec, silentSince }: Pick<ActionRecord, 'spec' | 'silentSince'>,
  facts: NodeFacts,
  failed: boolean,
): void {
  if (spec.kind === 'power') billPower(turn, spec, facts, failed, silentSince);
  else if (spec.kind === 'discard') billDiscard(turn, spec, facts, failed);
}

function billPower(
  turn: Turn,
  { name, action }: Extract<NodeSpec, { kind: 'power' }>,
  facts: NodeFacts,
  failed: boolean,
  silent: number | undefined,
): void {
  const key = keyIn(turn, name);
  const at = numberOf(facts.at) ?? turn.now;
  // It was off before anything was sent: Azure evicted it, when it says, or at the time its reports stopped.
  foundOff(turn, name, facts);
  if (facts.wasOff === true && action !== 'stop') change(turn, key, (entry) => unbilled(entry, silent ?? turn.now));
  if (failed) return;
  change(turn, key, (entry) => (action === 'stop' ? unbilled(entry, at) : billed(entry, at)));
}

/** Since when a component has been silent, for one that will be found switched off. */
export function silentSince({ state, now }: Turn, component: string): number {
  const record = own(state.health.components, component);
  if (!record || record.healthy) return now;
  // Silence is noticed some time after the last word.
  const words = record.problems.flatMap((each) => (each.code === 'unheard' ? Date.parse(each.since) : []));
  return Math.min(record.since, ...words.filter(Number.isFinite));
}

/** The facts name what was deleted; the disk of a machine goes with it. Where the rest was not seen to go, it stands. */
function billDiscard(
  turn: Turn,
  { names }: Extract<NodeSpec, { kind: 'discard' }>,
  facts: NodeFacts,
  failed: boolean,
): void {
  if (names.machine !== undefined) foundOff(turn, names.machine, facts);
  const all = new Set(Object.values(names).flatMap((name) => [name, resourceName.disk(name)]));
  for (const name of all) {
    const key = keyIn(turn, name);
    if (own(turn.state.money.ledger, key)?.removedAt !== undefined) continue;
    const at = numberOf(facts[name]);
    if (failed && at === undefined) continue;
    // Seen neither by its node nor by its deletion: it never existed.
    if (at === undefined && own(turn.state.money.ledger, key)?.unseen) drop(turn, key);
    else change(turn, key, ({ unseen: _, ...entry }) => gone(entry, at ?? turn.now));
  }
}

/**
 * Names of machines in a group that may be off: nobody knows them to be well. Of an event that was never live, and of a region that was
 * left, nobody listens to any. What a machine costs begins when it is ready.
 */
export function doubtedMachines(turn: Turn, group: string): string[] {
  const { health, work, plan, money, life } = turn.state;
  const isHeard = life.liveAt !== undefined && group === plan.layout.resourceGroup;
  const isWell = (component: string): boolean =>
    own(health.components, component)?.healthy ?? own(work.nodes, checkId(component))?.state === 'done';
  const well = new Set(
    graphOf(turn)
      .filter(({ component }) => isHeard && component !== undefined && isWell(component))
      .flatMap(({ id }) => plannedBy(turn, id))
      .map(({ name }) => name),
  );
  return Object.values(money.ledger)
    .filter((entry) => entry.group.toLowerCase() === group.toLowerCase() && entry.removedAt === undefined)
    .filter((entry) => entry.readyAfter !== undefined && !well.has(entry.name))
    .map(({ name }) => name);
}

const groupIn = (id: string): string => /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? '';

/** Milliseconds in which most of what is deleted is gone: machines are deleted by force, and containers are killed. */
const SOON = 30_000;

/** A removal reported what was in a group, and when each thing vanished. */
export function billRemoved(turn: Turn, group: string, message: RemovedMessage): void {
  const { existed, outcome } = message;
  const listed = new Set<string>();
  for (const resource of existed) {
    const key = entryKey(groupIn(resource.id) || group, resource.name);
    listed.add(key);
    const removedAt = Date.parse(resource.removedAt ?? '');
    if (!own(turn.state.money.ledger, key))
      turn.state.money.ledger = { ...turn.state.money.ledger, [key]: foundLate(turn, group, resource) };
    const createdAt = Date.parse(resource.createdAt ?? '');
    change(turn, key, (entry) => {
      const seen = entry.unseen && Number.isFinite(createdAt) ? seenSince(entry, createdAt) : entry;
      const offAt = Date.parse(resource.offAt ?? '');
      const { unseen: _, ...there } = offSince(neverDone(turn, entry, resource) ?? seen, offAt, turn.now);
      if (Number.isFinite(removedAt) && there.removedAt === undefined)
        return gone(there, vanished(resource, removedAt, message.deletedAt), removedAt);
      const seenAt = Date.parse(resource.seenAt ?? '');
      return Number.isFinite(seenAt) ? { ...there, seenAt } : there;
    });
  }
  if (outcome !== 'gone') return;
  for (const [key, entry] of Object.entries(turn.state.money.ledger)) {
    if (entry.group.toLowerCase() !== group.toLowerCase() || entry.removedAt !== undefined) continue;
    if (entry.unseen && !listed.has(key)) drop(turn, key);
    else change(turn, key, (each) => gone(each, unlistedSince(turn, each, message)));
  }
}

/**
 * When something was gone that no listing of this removal had: soon after an earlier removal had listed it last, where this one listed the
 * group before it deleted anything; else soon after the deletion, as no listing came in time.
 */
function unlistedSince({ now }: Turn, { seenAt }: LedgerEntry, { deletedAt, listedAt }: RemovedMessage): number {
  const deleted = Date.parse(deletedAt ?? '');
  const before = Date.parse(listedAt ?? '') <= deleted;
  const since = before && seenAt !== undefined ? seenAt : deleted;
  return Number.isFinite(since) ? Math.min(now, since + SOON) : now;
}

/**
 * Time of disappearance: half way between the last listing that had it, or its deletion where that was asked for later, and the next
 * listing; but soon after the former where nobody could look for long. What is not soon gone is in the listings.
 */
function vanished({ seenAt }: RemovedResource, removedAt: number, deletedAt = ''): number {
  const known = [Date.parse(seenAt ?? ''), Date.parse(deletedAt)].filter((at) => at <= removedAt);
  if (known.length === 0) return removedAt;
  const last = Math.max(...known);
  return last + Math.min((removedAt - last) / 2, SOON);
}

/** A machine whose node was stopped early may have become ready by itself, and cost from then on. */
function neverDone(turn: Turn, entry: LedgerEntry, { createdAt, state }: RemovedResource): LedgerEntry | undefined {
  if (!entry.unseen || entry.readyAfter === undefined || state?.toLowerCase() !== 'succeeded') return undefined;
  const made = Date.parse(createdAt ?? '');
  const at = Number.isFinite(made) ? made : (entry.createdAt ?? turn.now);
  return billed(
    { ...entry, createdAt: at },
    at + scaledMs(turn, stepTimes(turn.input.template, entry.readyAfter).expected),
  );
}

/**
 * A resource of the group that no node is known to have made. One whose node had failed, and which came about all the same, costs what the
 * plan says; what any other costs is unknown.
 */
function foundLate(turn: Turn, group: string, { type, name, createdAt }: RemovedResource): LedgerEntry {
  const made = Date.parse(createdAt ?? '');
  if (!Number.isFinite(made)) return { group, type, name, perHour: 0, spent: 0 };
  const entry = { group, type, name, spent: 0, createdAt: made };
  const planned = graphOf(turn)
    .flatMap(({ id }) => plannedBy(turn, id))
    .find((one) => one.name === name && one.type.toLowerCase() === type.toLowerCase());
  if (!planned) return { ...entry, perHour: 0 };
  const { perHour, fromRequest, readyAfter } = planned;
  return {
    ...{ ...entry, perHour, unseen: true as const },
    ...(fromRequest ? { billedSince: made } : {}),
    ...(readyAfter === undefined ? {} : { readyAfter }),
  };
}
