import type { CostEstimate } from '../domain/plan/cost.ts';
import type { DeployRequest } from '../domain/request/deploy.ts';
import type { CheckResult } from '../inspect/preflight/check.ts';

/** Whether the whole event stays within its budget; undefined when there is none. */
export function budgetCheck(
  budget: DeployRequest['budget'],
  { perEvent, currency }: CostEstimate,
): CheckResult | undefined {
  if (!budget) return undefined;
  const detail = `${currency} ${perEvent} of ${budget.amount} for the whole time to live`;
  if (perEvent <= budget.amount) return { name: 'budget', outcome: 'pass', detail };
  return { name: 'budget', outcome: budget.action === 'refuse' ? 'fail' : 'warn', detail };
}
