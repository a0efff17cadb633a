import { estimateCost, hourlyPrices, pausedPerHour } from '../plan/cost.ts';
import { roundMoney } from '../plan/prices.ts';
import type { DeployRequest } from '../request/deploy.ts';
import { is } from '../states.ts';
import type { Template } from '../template.ts';
import type { Failure } from '../workflow.ts';
import { activeMachines } from './layouts.ts';
import { beginTeardown } from './removal.ts';
import { journal, notify, setAlarm, type Turn } from './turn.ts';

/** Why a deployment must not begin: it would cost more than its budget, and the budget says refuse. */
export function budgetProblem(request: DeployRequest, template: Template): Failure | undefined {
  const { budget } = request;
  if (budget?.action !== 'refuse') return undefined;
  const sizes = request.languages.map(() => request.vmSizes[0] ?? '');
  const { perEvent, currency } = estimateCost(template, sizes, request.spot, request.ttlSeconds);
  if (perEvent <= budget.amount) return undefined;
  return {
    class: 'configuration',
    code: 'BudgetExceeded',
    message: `the event would cost ${currency} ${perEvent} over its time to live, and its budget is ${currency} ${budget.amount}`,
    advice: 'shorten the time to live, take fewer languages or a smaller VM size, or raise the budget',
  };
}

/** What is spent per hour as the event stands. While it is being made everything counts as if it were there. */
function rate(turn: Turn): number {
  const { input, state } = turn;
  const machines = activeMachines(turn);
  if (state.state === 'paused') return pausedPerHour(machines.length);
  const price = hourlyPrices(input.template, input.request.spot);
  const each = price.publicIp + price.disk;
  return price.relay + price.slides + machines.reduce((sum, { vmSize }) => sum + price.machine(vmSize) + each, 0);
}

/** Begins to count what an event with a budget spends. */
export function openLedger(turn: Turn): void {
  if (turn.input.request.budget) arm(turn, 0);
}

/** Counts on at a new rate when the event is paused, resumed or changed. */
export function keepLedger(turn: Turn): void {
  const { ledger, state } = turn.state;
  if (!ledger || !is(state, 'settled') || Math.abs(rate(turn) - ledger.perHour) < 1e-9) return;
  arm(turn, spentUntilNow(turn));
}

function spentUntilNow({ state: { ledger }, now }: Turn): number {
  return ledger ? ledger.spent + (ledger.perHour * (now - ledger.since)) / 3_600_000 : 0;
}

function arm(turn: Turn, spent: number): void {
  const { budget } = turn.input.request;
  const perHour = rate(turn);
  turn.state.ledger = { since: turn.now, spent, perHour };
  const left = (budget?.amount ?? 0) - spent;
  if (left > 0 && perHour > 0) setAlarm(turn, 'budget', turn.now + Math.ceil((left / perHour) * 3_600_000));
}

export function onBudgetAlarm(turn: Turn): void {
  if (turn.state.stopping || turn.state.removal?.running) return;
  const { budget, title } = turn.input.request;
  const text = `the budget of USD ${budget?.amount} is used up (USD ${roundMoney(spentUntilNow(turn))} by list prices)`;
  journal(turn, 'budget', text);
  notify(turn, 'budget', `${title}: ${text}`);
  if (budget?.action === 'end') beginTeardown(turn, text);
}
