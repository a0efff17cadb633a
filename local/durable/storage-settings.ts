/** The `storageProvider` section of host.json, as the Azure Storage provider checks it before the host starts (AzureStorageOptions.cs). */
import { parseTimeSpan } from '../timespan.ts';

export interface StorageSettings {
  /** How long a message that a host has taken stays invisible to all others, ms: of orchestrations and entities, and of activities. */
  controlQueueVisibilityTimeout: number;
  workItemQueueVisibilityTimeout: number;
}

const MINUTE = 60_000;
const DEFAULT = '00:05:00';

/** @throws when a value is out of range, in the provider's own words, or of the wrong kind */
export function storageSettings(section: unknown): StorageSettings {
  const entries = Object.entries(typeof section === 'object' && section !== null ? section : {});
  const given = new Map<string, unknown>(entries.map(([name, value]) => [name.toLowerCase(), value]));
  const wanted = (name: string) => given.get(name.toLowerCase()) ?? undefined;
  const span = (name: string, fallback: string): number => {
    const value = wanted(name) ?? fallback;
    const ms = typeof value === 'string' ? parseTimeSpan(value) : undefined;
    if (ms === undefined) throw wrong(name, 'a TimeSpan such as "00:01:00"', value);
    return ms;
  };
  const whole = (name: string, fallback: number): number => {
    const value = Number(wanted(name) ?? fallback);
    if (!Number.isInteger(value)) throw wrong(name, 'a whole number', wanted(name));
    return value;
  };
  const settings = {
    controlQueueVisibilityTimeout: span('controlQueueVisibilityTimeout', DEFAULT),
    workItemQueueVisibilityTimeout: span('workItemQueueVisibilityTimeout', DEFAULT),
  };
  // Another provider reads none of this.
  if (!/^azurestorage$/i.test(String(wanted('type') ?? 'AzureStorage'))) return settings;
  const partitions = whole('partitionCount', 4);
  const threshold = whole('controlQueueBufferThreshold', 256);
  if (whole('controlQueueBatchSize', 32) <= 0) throw new Error('ControlQueueBatchSize must be a non-negative integer.');
  if (partitions < 1 || partitions > 16) throw new Error('PartitionCount must be an integer value between 1 and 16.');
  bounded('ControlQueueVisibilityTimeout', settings.controlQueueVisibilityTimeout);
  // The provider takes any time here, but renews a running activity's message only every 30 s: less would run it twice as a rule.
  bounded('WorkItemQueueVisibilityTimeout', settings.workItemQueueVisibilityTimeout);
  if (span('maxQueuePollingInterval', '00:00:30') <= 0)
    throw new Error('MaxQueuePollingInterval must be non-negative.');
  if (threshold < 1 || threshold > 1000) throw new Error('ControlQueueBufferThreshold must be between 1 and 1000.');
  return settings;
}

function bounded(name: string, ms: number): void {
  if (ms < MINUTE || ms > 60 * MINUTE) throw new Error(`${name} must be between 1 and 60 minutes.`);
}

const wrong = (name: string, kind: string, value: unknown): Error =>
  new Error(
    `Cannot use extensions.durableTask.storageProvider.${name} of host.json as it must be ${kind}: current value is ${JSON.stringify(value)}`,
  );
