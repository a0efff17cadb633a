/** Rebuilds the ledger of a broken lifecycle from its last status: entries from the nodes, the sum as it was shown. */
import { nodeSpec } from '../plan/specs.ts';
import type { DecodedStatus } from '../status/decoded.ts';
import { billEnd, billStart } from './billing.ts';
import { billed, type LedgerEntry, rateOf, spentUntil, unbilled } from './ledger.ts';
import { graphOf, type Turn } from './turn.ts';

/** Types that are deallocated while an event is paused. */
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
  // Node times differ from Azure's, and removed languages have no node. So sum and rate are taken from the status.
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

/** Without a status, everything in the plan may exist. What the removal does not find is dropped again. */
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
