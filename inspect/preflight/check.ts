/** One thing that preflight and plan look at. */
import type { AzureClients } from '../../azure/clients.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import type { Installation } from '../../domain/seam/installation.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';

export interface CheckContext {
  azure: AzureClients;
  installation: Installation;
  spec: Extract<NodeSpec, { kind: 'preflight' }>;
  /** Empty while nothing is deployed yet (plan). */
  deploymentId: string;
  resourceGroup: string;
  region: string;
}

export interface CheckResult {
  name: string;
  outcome: 'pass' | 'warn' | 'fail';
  /** What was found; for a failure also what to do. */
  detail: string;
  /** Set on failure. */
  failure?: Failure;
  /** Found on the way and needed later. */
  facts?: Record<string, string>;
}

/** Throws only for what may pass by itself (throttling, no answer); preflight is then begun again. */
export type Check = (context: CheckContext) => Promise<CheckResult>;

export const pass = (name: string, detail: string, facts?: Record<string, string>): CheckResult => ({
  name,
  outcome: 'pass',
  detail,
  ...(facts ? { facts } : {}),
});
export const warn = (name: string, detail: string): CheckResult => ({ name, outcome: 'warn', detail });
export const fail = (name: string, failure: Failure): CheckResult => ({
  name,
  outcome: 'fail',
  detail: `${failure.message}${failure.advice ? `; ${failure.advice}` : ''}`,
  failure,
});
