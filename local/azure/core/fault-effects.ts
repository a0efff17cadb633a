import { ArmError } from './errors.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { Occasion } from './faults.ts';
import type { Kernel } from './kernel.ts';
import { faultText } from './kernel.ts';

/** What the transport does with a fault: see `Exchange` in simulator.ts. */
export interface Effect {
  /** The answer comes so much later, in Azure seconds. */
  delay?: number;
  /** The connection breaks: after the work was done, or instead of it. */
  lost?: 'after' | 'before';
}

/** Asks the plan about this request and notes the effect on the connection. */
export function faultNow(kernel: Kernel, occasion: Occasion): FaultOutcome | undefined {
  const fault = kernel.faults.request(occasion);
  if (!fault) return undefined;
  if (fault.kind === 'drop-response') kernel.effect = { lost: 'after' };
  if (fault.kind === 'reset') kernel.effect = { lost: 'before' };
  const reads = occasion.operation === 'read' || occasion.operation === 'list';
  if (fault.kind === 'slow' && reads) kernel.effect = { delay: fault.seconds ?? 30 };
  return fault;
}

/** Ends the request here when the fault says so. */
export function hit(kernel: Kernel, fault: FaultOutcome | undefined): void {
  if (fault?.kind === 'error') {
    const status = fault.status ?? 500;
    const code = fault.code ?? (status === 500 ? 'InternalServerError' : 'InjectedFault');
    const wait = status === 429 || status === 503 ? { 'retry-after': String(seconds(kernel, fault)) } : undefined;
    throw new ArmError(status, code, fault.message ?? faultText(code), wait ? { headers: wait } : {});
  }
  if (fault?.kind === 'throttle') {
    const wait = seconds(kernel, fault);
    throw new ArmError(
      429,
      fault.code ?? 'SubscriptionRequestsThrottled',
      fault.message ??
        `Number of requests for subscription '${kernel.subscriptionId}' exceeded the backend storage limit. Please try again after '${wait}' seconds.`,
      { headers: { 'retry-after': String(wait), 'x-ms-failure-cause': 'gateway' } },
    );
  }
  if (fault?.kind === 'reset') throw new ArmError(503, 'ServiceUnavailable', 'The connection was reset.');
}

const seconds = (kernel: Kernel, fault: FaultOutcome): number =>
  Math.max(1, Math.ceil((fault.seconds ?? 10) / kernel.timeScale));
