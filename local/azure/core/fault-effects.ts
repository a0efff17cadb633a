import { ArmError } from './arm-error.ts';
import { fill } from './constraint.ts';
import { ARM } from './constraints.ts';
import type { FaultOutcome, Occasion } from './fault-plan.ts';

/** What the transport does with a fault: see `Exchange` in simulator.ts. */
export interface Effect {
  /** The answer comes so much later, in Azure seconds. */
  delay?: number;
  /** The connection breaks: after the work was done, or instead of it. */
  lost?: 'after' | 'before';
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

/** What a fault does to the connection. */
export function effectOf(fault: FaultOutcome, { operation }: Occasion): Effect | undefined {
  if (fault.kind === 'drop-response') return { lost: 'after' };
  if (fault.kind === 'reset') return { lost: 'before' };
  const reads = operation === 'read' || operation === 'list';
  return fault.kind === 'slow' && reads ? { delay: fault.seconds ?? 30 } : undefined;
}

/** Ends the request here when the fault says so. @param world scale divides the seconds to wait */
export function hit(fault: FaultOutcome | undefined, world: { subscriptionId: string; scale: number }): void {
  if (fault?.kind === 'error') {
    const status = fault.status ?? 500;
    const code = fault.code ?? (status === 500 ? 'InternalServerError' : 'InjectedFault');
    const wait = status === 429 || status === 503 ? { 'retry-after': String(seconds(fault, world.scale)) } : undefined;
    throw new ArmError(status, code, fault.message ?? faultText(code), wait ? { headers: wait } : {});
  }
  if (fault?.kind === 'throttle') {
    const wait = seconds(fault, world.scale);
    const { status, code, text } = ARM.throttled;
    const holes = { subscription: world.subscriptionId, operation: 'ANY', seconds: wait };
    throw new ArmError(status, fault.code ?? code, fault.message ?? fill(text, holes), {
      headers: { 'retry-after': String(wait), 'x-ms-failure-cause': 'gateway' },
    });
  }
  if (fault?.kind === 'reset') throw new ArmError(503, 'ServiceUnavailable', 'The connection was reset.');
}

const seconds = (fault: FaultOutcome, scale: number): number => Math.max(1, Math.ceil((fault.seconds ?? 10) / scale));
