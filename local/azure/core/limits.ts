import { callerOf } from './caller.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import type { SimRequest } from './http.ts';
import type { Kernel } from './kernel.ts';

/** Token buckets of Azure Resource Manager per subscription and caller (Microsoft Learn, "Understand how Azure Resource Manager throttles requests"). */
const AZURE = {
  reads: { capacity: 250, perSecond: 25 },
  writes: { capacity: 200, perSecond: 10 },
  deletes: { capacity: 200, perSecond: 10 },
};
const GENEROUS = 1000;

/** Takes one token for this request. @returns the headers that say what remains @throws ArmError 429 when none is left */
export function chargeRequest(kernel: Kernel, request: SimRequest): Record<string, string> {
  const kind =
    request.method === 'GET' || request.method === 'HEAD'
      ? 'reads'
      : request.method === 'DELETE'
        ? 'deletes'
        : 'writes';
  const factor = kernel.settings.limits === 'azure' ? 1 : GENEROUS;
  const { capacity, perSecond } = AZURE[kind];
  const bucket = `arm ${kind} ${callerOf(request).appId}`;
  const { remaining, wait } = kernel.buckets.take(bucket, capacity * factor, perSecond * factor * kernel.time.scale);
  const headers = {
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(remaining),
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(remaining + capacity * factor * 14),
  };
  if (wait === 0) return headers;
  const after = Math.max(1, Math.ceil(wait));
  throw refuse(
    ARM.throttled,
    { subscription: kernel.account.subscriptionId, operation: request.method, seconds: after },
    { headers: { ...headers, 'retry-after': String(after), 'x-ms-failure-cause': 'gateway' } },
  );
}
