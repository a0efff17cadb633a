import { estimateCost, hourOf } from '../plan/cost.ts';
import type { Layout } from '../plan/layout.ts';
import { roundMoney } from '../plan/prices.ts';
import type { Failure } from '../seam/failure.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { is } from '../states.ts';
import { rateOf, spentUntil } from './ledger.ts';
import { beginTeardown } from './removal.ts';
import { journal, notify, setAlarm, type Turn } from './turn.ts';

/** An alarm is set again only when it comes earlier by more than this. */
const MARGIN_MS = 1000;
/** Tolerance in dollars: an alarm may come a moment early. */
const CENT = 0.0001;

/** Why a deployment must not begin: it would exceed a budget whose action is `refuse`. */
export function budgetProblem(input: LifecycleInput, layout: Layout): Failure | undefined {
  const { budget } = input.request;
  if (budget?.action !== 'refuse') return undefined;
  const { perEvent, currency } = estimateCost(input, layout);
  if (perEvent <= budget.amount) return undefined;
  return {
    class: 'configuration',
    code: 'BudgetExceeded',
    message: `the event would cost ${currency} ${perEvent} over its time to live, and its budget is ${currency} ${budget.amount}`,
    advice: 'shorten the time to live, take fewer languages or a smaller VM size, or raise the budget',
  };
}

/**
 * Sets the alarm for the earliest moment at which the budget can be used up: as if everything ran, unless the event is paused. An alarm
 * that comes too early is set again then, so a change needs no new one.
 */
export function watchBudget(turn: Turn): void {
  const { input, state, now } = turn;
  const { budget } = input.request;
  if (!budget || state.money.overBudget || !is(state.life.state, 'stands') || is(state.life.state, 'leaving')) return;
  const rate = rateOf(state.money.ledger);
  const perHour = state.life.state === 'paused' ? rate : Math.max(rate, hourOf(input, state.plan.layout).running);
  if (perHour <= 0) return;
  const left = Math.max(0, budget.amount - spentUntil(state.money.ledger, now));
  const at = now + Math.ceil((left / perHour) * 3_600_000);
  const armed = state.alarms.armed.budget;
  if (!armed || at < armed.at - MARGIN_MS) setAlarm(turn, 'budget', at);
}

export function onBudgetAlarm(turn: Turn): void {
  const { state, input, now } = turn;
  const { budget, title } = input.request;
  const spent = spentUntil(state.money.ledger, now);
  if (state.removal.stopping || !budget || state.money.overBudget || spent < budget.amount - CENT) return;
  if (state.removal.current?.running && state.removal.current.purpose !== 'abandoned') return;
  state.money.overBudget = true;
  const text = `the budget of USD ${budget.amount} is used up (USD ${roundMoney(spent)} by list prices)`;
  journal(turn, 'budget', text);
  notify(turn, 'budget', `${title}: ${text}`);
  if (budget.action === 'end') beginTeardown(turn, text);
}
