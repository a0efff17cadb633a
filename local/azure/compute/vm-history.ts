/** What a VM did when, for metrics that are asked about the past: a short list of changes kept with it. */
import type { Resource } from '../core/model.ts';

/** What the programs of a machine keep it doing. */
export type Level = 'off' | 'idle' | 'busy' | 'broken';
interface Change {
  /** ms since the epoch */
  at: number;
  level: Level;
}

/** Changes kept; a day of restarts fits. */
const KEPT = 200;

const changesOf = (vm: Resource): Change[] =>
  Array.isArray(vm.hidden.history) ? (vm.hidden.history as unknown as Change[]) : [];

/** Notes a change; the caller saves the VM. */
export function noteLevel(vm: Resource, at: number, level: Level): void {
  const changes = changesOf(vm);
  if (changes.at(-1)?.level === level) return;
  vm.hidden.history = [...changes, { at, level }].slice(-KEPT).map((one) => ({ ...one }));
}

/** What it did at `at`; off before it was ever up. */
export function levelAt(vm: Resource, at: number): Level {
  return changesOf(vm).findLast((one) => one.at <= at)?.level ?? 'off';
}
