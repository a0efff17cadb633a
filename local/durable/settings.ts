/** The `extensions.durableTask` section of host.json, as far as this engine has a meaning for it (Microsoft Learn, "host.json settings for Durable Functions"). */
import { availableParallelism } from 'node:os';
import { type StorageSettings, storageSettings } from './storage-settings.ts';

export interface Settings extends StorageSettings {
  hubName: string;
  maxConcurrentActivityFunctions: number;
  maxConcurrentOrchestratorFunctions: number;
  maxConcurrentEntityFunctions: number;
  maxEntityOperationBatchSize: number;
  maxOrchestrationActions: number;
  /** AnyState: a start replaces even a running instance. */
  overridableExistingInstanceStates: 'NonRunningStates' | 'AnyState';
  storeInputsInOrchestrationHistory: boolean;
  /** Log lines show inputs and outputs instead of their lengths. */
  traceInputsAndOutputs: boolean;
  /** Wait between polls of callHttp when the answer names none, ms. */
  defaultAsyncRequestSleepTimeMilliseconds: number;
  defaultVersion: string;
  versionMatchStrategy: 'None' | 'Strict' | 'CurrentOrOlder';
  versionFailureStrategy: 'Reject' | 'Fail';
}

const positive = [
  'maxConcurrentActivityFunctions',
  'maxConcurrentOrchestratorFunctions',
  'maxConcurrentEntityFunctions',
  'maxEntityOperationBatchSize',
  'maxOrchestrationActions',
] as const;

/** @throws when a value is of the wrong kind, with the extension's own wording for the counts */
export function settingsOf(section: unknown, environment: Record<string, string | undefined> = {}): Settings {
  const given = (typeof section === 'object' && section !== null ? section : {}) as Record<string, unknown>;
  const perCpu = 10 * availableParallelism();
  const http = (given.httpSettings ?? {}) as Record<string, unknown>;
  const tracing = (given.tracing ?? {}) as Record<string, unknown>;
  const settings: Settings = {
    ...storageSettings(given.storageProvider),
    hubName: String(given.hubName ?? environment.WEBSITE_SITE_NAME ?? 'TestHubName').replace(
      /%([^%]+)%/g,
      (whole, name: string) => environment[name] ?? whole,
    ),
    maxConcurrentActivityFunctions: Number(given.maxConcurrentActivityFunctions ?? perCpu),
    maxConcurrentOrchestratorFunctions: Number(given.maxConcurrentOrchestratorFunctions ?? perCpu),
    maxConcurrentEntityFunctions: Number(given.maxConcurrentEntityFunctions ?? perCpu),
    maxEntityOperationBatchSize: Number(given.maxEntityOperationBatchSize ?? 5000),
    maxOrchestrationActions: Number(given.maxOrchestrationActions ?? 100_000),
    overridableExistingInstanceStates: choice(given, 'overridableExistingInstanceStates', [
      'NonRunningStates',
      'AnyState',
    ]),
    storeInputsInOrchestrationHistory: given.storeInputsInOrchestrationHistory === true,
    traceInputsAndOutputs: /^true$/i.test(String(tracing.traceInputsAndOutputs)),
    defaultAsyncRequestSleepTimeMilliseconds: Number(http.defaultAsyncRequestSleepTimeMilliseconds ?? 30_000),
    defaultVersion: String(given.defaultVersion ?? ''),
    versionMatchStrategy: choice(given, 'versionMatchStrategy', ['None', 'Strict', 'CurrentOrOlder'], 'CurrentOrOlder'),
    versionFailureStrategy: choice(given, 'versionFailureStrategy', ['Reject', 'Fail']),
  };
  for (const name of positive) {
    if (!Number.isInteger(settings[name]) || settings[name] <= 0) {
      throw new Error(`${name[0]?.toUpperCase()}${name.slice(1)} must be a positive integer value.`);
    }
  }
  return settings;
}

function choice<V extends string>(given: Record<string, unknown>, name: string, valid: readonly V[], fallback?: V): V {
  const value = given[name];
  if (value === undefined || value === null) return fallback ?? (valid[0] as V);
  const found = valid.find((one) => one.toLowerCase() === String(value).toLowerCase());
  if (found === undefined) {
    throw new Error(
      `Cannot use extensions.durableTask.${name} of host.json as it must be one of '${valid.join("', '")}': current value is '${value}'`,
    );
  }
  return found;
}
