import { ArmError } from './arm-error.ts';
import { fill } from './constraint.ts';
import { ARM } from './constraints.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { Faults, Occasion } from './faults.ts';

/** What the transport does with a fault: see `Exchange` in simulator.ts. */
export interface Effect {
  /** The answer comes so much later, in Azure seconds. */
  delay?: number;
  /** The connection breaks: after the work was done, or instead of it. */
  lost?: 'after' | 'before';
}

/** The part of the kernel that faults touch. */
export interface FaultHost {
  readonly faults: Faults;
  readonly subscriptionId: string;
  readonly timeScale: number;
  effect: Effect | undefined;
}

const TEXTS: Record<string, string> = {
  AllocationFailed:
    'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more about improving likelihood of allocation success at https://aka.ms/allocation-guidance',
  OSProvisioningTimedOut:
    'OS Provisioning did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later.',
};
/** Azure's words for the codes that plans use most, when the plan gives none. */
export const faultText = (code: string | undefined): string =>
  TEXTS[code ?? ''] ?? 'The operation failed because of an injected fault.';

/** Asks the plan about this request and notes the effect on the connection. */
export function faultNow(kernel: FaultHost, occasion: Occasion): FaultOutcome | undefined {
  const fault = kernel.faults.request(occasion);
  if (!fault) return undefined;
  if (fault.kind === 'drop-response') kernel.effect = { lost: 'after' };
  if (fault.kind === 'reset') kernel.effect = { lost: 'before' };
  const reads = occasion.operation === 'read' || occasion.operation === 'list';
  if (fault.kind === 'slow' && reads) kernel.effect = { delay: fault.seconds ?? 30 };
  return fault;
}

/** Ends the request here when the fault says so. */
export function hit(kernel: FaultHost, fault: FaultOutcome | undefined): void {
  if (fault?.kind === 'error') {
    const status = fault.status ?? 500;
    const code = fault.code ?? (status === 500 ? 'InternalServerError' : 'InjectedFault');
    const wait = status === 429 || status === 503 ? { 'retry-after': String(seconds(kernel, fault)) } : undefined;
    throw new ArmError(status, code, fault.message ?? faultText(code), wait ? { headers: wait } : {});
  }
  if (fault?.kind === 'throttle') {
    const wait = seconds(kernel, fault);
    const { status, code, text } = ARM.throttled;
    const holes = { subscription: kernel.subscriptionId, operation: 'ANY', seconds: wait };
    throw new ArmError(status, fault.code ?? code, fault.message ?? fill(text, holes), {
      headers: { 'retry-after': String(wait), 'x-ms-failure-cause': 'gateway' },
    });
  }
  if (fault?.kind === 'reset') throw new ArmError(503, 'ServiceUnavailable', 'The connection was reset.');
}

const seconds = (kernel: FaultHost, fault: FaultOutcome): number =>
  Math.max(1, Math.ceil((fault.seconds ?? 10) / kernel.timeScale));
