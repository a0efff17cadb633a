/** The ledger of a lifecycle that broke, made again from what it showed last: the list from its nodes, the sum as it stood. */
import { nodeSpec } from '../plan/specs.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import { billEnd, billStart } from './billing.ts';
import { billed, type LedgerEntry, rateOf, spentUntil, unbilled } from './ledger.ts';
import { graphOf, type Turn } from './turn.ts';

/** What stands deallocated while an event is paused. */
const PAUSED = ['Microsoft.Compute/virtualMachines', 'Microsoft.ContainerInstance/containerGroups'];

/** @param turn of the lifecycle that takes over, its layout and beginning restored */
export function restoreLedger(turn: Turn, { nodes, state: was, money, startedAt }: DecodedStatus): void {
  const { state, input } = turn;
  for (const { id, state: node, startedAt: began, finishedAt, failure } of nodes) {
    if (began === undefined || node === 'waiting') continue;
    const spec = nodeSpec(input, state.plan.layout, id);
    const sentAt = Date.parse(began);
    billStart({ ...turn, now: sentAt }, spec);
    if (node === 'done') billEnd(turn, spec, { sentAt, readyAt: Date.parse(finishedAt ?? began) }, undefined);
    else if (failure) billEnd(turn, spec, {}, failure.code);
  }
  // The times of the nodes are not those of Azure, and languages that left have no node: sum and rate are what was shown.
  const hours = (turn.now - Date.parse(startedAt)) / 3_600_000;
  const shown = Math.max(0, money.atBegin + money.perHour * hours);
  each(turn, (entry) => (was === 'paused' && PAUSED.includes(entry.type) ? unbilled(entry, turn.now) : entry));
  const spent = shareOf(shown, spentUntil(state.money.ledger, turn.now));
  const rate = shareOf(money.perHour, rateOf(state.money.ledger));
  each(turn, (entry) => {
    const until = unbilled(entry, turn.now);
    const so = { ...until, spent: until.spent * spent, perHour: until.perHour * rate };
    return entry.billedSince === undefined ? so : billed(so, turn.now);
  });
}

/** Nothing was shown: everything of the plan was asked for, perhaps. What the removal does not find never was. */
export function assumeLedger(turn: Turn): void {
  const { state, input } = turn;
  const now = Date.parse(input.acceptedAt);
  for (const { id } of graphOf(turn)) billStart({ ...turn, now }, nodeSpec(input, state.plan.layout, id));
}

const shareOf = (shown: number, found: number): number => (found > 0 ? shown / found : 1);

function each(turn: Turn, by: (entry: LedgerEntry) => LedgerEntry): void {
  const entries = Object.entries(turn.state.money.ledger).map(([key, entry]) => [key, by(entry)] as const);
  turn.state.money.ledger = Object.fromEntries(entries);
}
