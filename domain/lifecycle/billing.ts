/** Feeds the ledger with what happened: each rule says when something began to exist, to cost, to stop costing, to be gone. */
import { own } from '../own.ts';
import { hourlyPrices } from '../plan/cost.ts';
import type { NodeFacts } from '../seam/node.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import type { RemovedMessage, RemovedResource } from '../seam/removal.ts';
import { billed, entryKey, gone, type LedgerEntry, unbilled } from './ledger.ts';
import { scaledMs, type Turn } from './turn.ts';

const TYPE = {
  nsg: 'Microsoft.Network/networkSecurityGroups',
  vnet: 'Microsoft.Network/virtualNetworks',
  nic: 'Microsoft.Network/networkInterfaces',
  'public-ip': 'Microsoft.Network/publicIPAddresses',
  'container-group': 'Microsoft.ContainerInstance/containerGroups',
  mixer: 'Microsoft.Compute/virtualMachines',
} as const;
const DISK = 'Microsoft.Compute/disks';
const diskOf = (mixer: string): string => `${mixer}-os`;

/** A resource that a node makes. `fromRequest`: it costs from the request on, as a machine alone does not. */
interface Made {
  type: string;
  name: string;
  perHour: number;
  fromRequest: boolean;
}

function madeBy(turn: Turn, spec: NodeSpec): Made[] {
  const price = hourlyPrices(turn.input.template, turn.input.request.spot, turn.state.layout.region);
  switch (spec.kind) {
    case 'nsg':
    case 'vnet':
    case 'nic':
      return [{ type: TYPE[spec.kind], name: spec.name, perHour: 0, fromRequest: true }];
    case 'public-ip':
      return [{ type: TYPE[spec.kind], name: spec.name, perHour: price.publicIp, fromRequest: true }];
    case 'container-group':
      return [{ type: TYPE[spec.kind], name: spec.name, perHour: price[spec.role], fromRequest: true }];
    case 'mixer':
      return [
        { type: TYPE[spec.kind], name: spec.name, perHour: price.machine(spec.vmSize), fromRequest: false },
        { type: DISK, name: diskOf(spec.name), perHour: price.disk, fromRequest: true },
      ];
    default:
      return [];
  }
}

const keyIn = (turn: Turn, name: string): string => entryKey(turn.state.layout.resourceGroup, name);

function change(turn: Turn, key: string, by: (entry: LedgerEntry) => LedgerEntry): void {
  const entry = own(turn.state.ledger, key);
  if (entry) turn.state.ledger = { ...turn.state.ledger, [key]: by(entry) };
}

function drop(turn: Turn, key: string): void {
  const { [key]: _never, ...ledger } = turn.state.ledger;
  turn.state.ledger = ledger;
}

/** A node of the plan is started: its request is on its way. */
export function billStart(turn: Turn, spec: NodeSpec): void {
  const { resourceGroup: group } = turn.state.layout;
  for (const { type, name, perHour, fromRequest } of madeBy(turn, spec)) {
    const key = keyIn(turn, name);
    const before = own(turn.state.ledger, key);
    if (before && before.removedAt === undefined) continue;
    const entry: LedgerEntry = { group, type, name, perHour, spent: 0, createdAt: turn.now, unseen: true };
    turn.state.ledger = { ...turn.state.ledger, [key]: fromRequest ? billed(entry, turn.now) : entry };
  }
}

const numberOf = (value: NodeFacts[string] | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Ends of a node that tell nothing of what it had asked for. */
const TELLS_NOTHING = ['Stopped', 'NodeDied', 'TimedOut', 'ActivityFailed'];

/** A node of the plan has ended. @param code of its failure */
export function billEnd(turn: Turn, spec: NodeSpec, facts: NodeFacts, code: string | undefined): void {
  const sentAt = numberOf(facts.sentAt);
  const refused = code !== undefined && sentAt === undefined && !TELLS_NOTHING.includes(code);
  for (const { name, fromRequest } of madeBy(turn, spec)) {
    const key = keyIn(turn, name);
    const entry = own(turn.state.ledger, key);
    if (!entry) continue;
    if (refused && entry.unseen) drop(turn, key);
    if (refused || (code !== undefined && sentAt === undefined)) continue;
    change(turn, key, (each) => seenSince(each, sentAt ?? each.createdAt ?? turn.now));
    if (!fromRequest && code === undefined)
      change(turn, key, (each) => billed(each, numberOf(facts.readyAt) ?? turn.now));
  }
}

/** It is there, and was asked for at `at`. */
function seenSince({ unseen, ...entry }: LedgerEntry, at: number): LedgerEntry {
  if (!unseen) return entry;
  return { ...entry, createdAt: at, ...(entry.billedSince === undefined ? {} : { billedSince: at }) };
}

/** Work outside the plan has ended: power, or the deletion of one machine. */
export function billAction(turn: Turn, spec: NodeSpec, facts: NodeFacts, failed: boolean): void {
  if (spec.kind === 'power') billPower(turn, spec, facts, failed);
  else if (spec.kind === 'delete-machine' && !failed) billDiscard(turn, spec, facts);
}

function billPower(
  turn: Turn,
  { name, action }: Extract<NodeSpec, { kind: 'power' }>,
  facts: NodeFacts,
  failed: boolean,
): void {
  const key = keyIn(turn, name);
  const at = numberOf(facts.at) ?? turn.now;
  // It was off before anything was sent: Azure took it (an eviction), when it fell silent.
  if (facts.wasOff === true && action !== 'stop')
    change(turn, key, (entry) => unbilled(entry, silentSince(turn, name)));
  if (failed) return;
  change(turn, key, (entry) => (action === 'stop' ? unbilled(entry, at) : billed(entry, at)));
}

function silentSince({ state, input, now }: Turn, name: string): number {
  for (const [component, { healthy, since }] of Object.entries(state.health))
    if (!healthy && name.startsWith(`${component}-${input.event}`)) return since;
  return now;
}

function billDiscard(turn: Turn, spec: Extract<NodeSpec, { kind: 'delete-machine' }>, facts: NodeFacts): void {
  for (const name of [spec.mixer, spec.nic, spec.publicIp, diskOf(spec.mixer)]) {
    const key = keyIn(turn, name);
    if (own(turn.state.ledger, key)?.removedAt !== undefined) continue;
    const at = numberOf(facts[name]);
    // What was never seen, neither by its node nor by who came to delete it, never was.
    if (at === undefined && own(turn.state.ledger, key)?.unseen) drop(turn, key);
    else change(turn, key, ({ unseen: _, ...entry }) => gone(entry, at ?? turn.now));
  }
}

const groupIn = (id: string): string => /\/resourcegroups\/([^/]+)/i.exec(id)?.[1] ?? '';

/** A removal reported what was in a group, and when each thing vanished. */
export function billRemoved(turn: Turn, group: string, { existed, outcome }: RemovedMessage): void {
  const listed = new Set<string>();
  for (const resource of existed) {
    const key = entryKey(groupIn(resource.id) || group, resource.name);
    listed.add(key);
    const removedAt = Date.parse(resource.removedAt ?? '');
    if (!own(turn.state.ledger, key)) turn.state.ledger = { ...turn.state.ledger, [key]: foundLate(group, resource) };
    const createdAt = Date.parse(resource.createdAt ?? '');
    change(turn, key, (entry) => {
      const seen = entry.unseen && Number.isFinite(createdAt) ? seenSince(entry, createdAt) : entry;
      const { unseen: _, ...there } = neverDone(turn, entry, resource) ?? seen;
      return Number.isFinite(removedAt) && there.removedAt === undefined
        ? gone(there, vanished(resource, removedAt), removedAt)
        : there;
    });
  }
  if (outcome !== 'gone') return;
  for (const [key, entry] of Object.entries(turn.state.ledger)) {
    if (entry.group.toLowerCase() !== group.toLowerCase() || entry.removedAt !== undefined) continue;
    if (entry.unseen && !listed.has(key)) drop(turn, key);
    else change(turn, key, (each) => gone(each, turn.now));
  }
}

/** It was there at the last listing that had it and not at the next: half way between is the best guess. */
function vanished({ seenAt }: RemovedResource, removedAt: number): number {
  const last = Date.parse(seenAt ?? '');
  return Number.isFinite(last) && last <= removedAt ? (last + removedAt) / 2 : removedAt;
}

/** A machine whose node was stopped before it was ready: it may have become so by itself, and cost from then on. */
function neverDone(turn: Turn, entry: LedgerEntry, { createdAt, state }: RemovedResource): LedgerEntry | undefined {
  if (!entry.unseen || entry.type !== TYPE.mixer || state?.toLowerCase() !== 'succeeded') return undefined;
  const made = Date.parse(createdAt ?? '');
  const at = Number.isFinite(made) ? made : (entry.createdAt ?? turn.now);
  return billed({ ...entry, createdAt: at }, at + scaledMs(turn, turn.input.template.steps.mixer.expected));
}

/** Something of the group that no node made: it existed, and what it cost is not ours to know. */
function foundLate(group: string, { type, name, createdAt }: RemovedResource): LedgerEntry {
  const made = Date.parse(createdAt ?? '');
  return { group, type, name, perHour: 0, spent: 0, ...(Number.isFinite(made) ? { createdAt: made } : {}) };
}
