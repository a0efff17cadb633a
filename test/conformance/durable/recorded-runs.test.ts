/**
 * Every recording whose app is at hand, run again: the real app and SDK on this engine, met by the recorded messages in the
 * recorded batches, must be handed the same histories and inputs, call after call.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { EXTENSION_3_0_0 } from '../../../local/durable/compat.ts';
import { EventType, type ExecutionStarted, type HistoryEvent } from '../../../local/durable/history.ts';
import { type Harness, startHarness } from '../../local/durable/harness.ts';
import { loadApps, pong } from './apps.ts';
import { openBridge } from './bridge.ts';
import { GatedRunner } from './gated.ts';
import { normalise, payloadOf, type Recording, recordings } from './normalise.ts';

/** Batches are set up here by hand, so starts need no time of their own. */
const COMPAT = { ...EXTENSION_3_0_0, firstTurnDelay: 0 };
const bridge = await openBridge();
afterAll(() => bridge.close());
const apps = await loadApps(bridge.clientInput);

const started = (history: readonly HistoryEvent[]): ExecutionStarted | undefined =>
  history.find((one): one is ExecutionStarted => one.EventType === EventType.ExecutionStarted);

/** What arrived for a call: the events after its last OrchestratorStarted. */
function arrived(history: readonly HistoryEvent[]): HistoryEvent[] {
  return history.slice(history.findLastIndex((one) => one.EventType === EventType.OrchestratorStarted) + 1);
}

/** Recorded calls from the first start on; a restart of the same id begins a run that is like the first. */
function callsOf(recording: Recording) {
  const calls = recording.invocations.filter((one) => one.kind === 'orchestrator').map(payloadOf);
  const restart = calls.findIndex(({ history }) => (started(history)?.Generation ?? 0) > 0);
  return restart < 0 ? calls : calls.slice(0, restart);
}

/** Meets a run with what its recording shows. */
class Driver {
  #harness: Harness;
  #runner: GatedRunner;
  #clock: VirtualClock;
  #id: string;
  /** Activities that began before the current generation, or before a rewind. */
  #earlier = 0;
  #driving: Promise<unknown> = Promise.resolve();

  constructor(harness: Harness, runner: GatedRunner, clock: VirtualClock, id: string) {
    this.#harness = harness;
    this.#runner = runner;
    this.#clock = clock;
    this.#id = id;
  }
  /** Delivers what the recorded call was met with. */
  async deliver(history: readonly HistoryEvent[], newGeneration: boolean): Promise<void> {
    if (newGeneration) this.#earlier = this.#runner.begun;
    const scheduled = history.filter((one) => one.EventType === EventType.TaskScheduled).map((one) => one.EventId);
    const responses = new Set(
      history.flatMap((one) =>
        one.EventType === EventType.EventSent ? [JSON.parse(one.Input ?? '{}').id as string] : [],
      ),
    );
    const posts: Promise<unknown>[] = [];
    let timers = false;
    for (const one of arrived(history)) {
      switch (one.EventType) {
        case EventType.TaskCompleted:
        case EventType.TaskFailed:
          this.#runner.release(this.#earlier + scheduled.indexOf(one.TaskScheduledId));
          break;
        case EventType.SubOrchestrationInstanceCompleted:
        case EventType.SubOrchestrationInstanceFailed:
          this.#runner.freeOthers(true);
          break;
        case EventType.TimerFired:
          timers = true;
          break;
        case EventType.EventRaised:
          if (!responses.has(one.Name)) posts.push(this.#post(`raiseEvent/${one.Name}`, one.Input ?? 'null'));
          break;
        case EventType.ExecutionTerminated:
          posts.push(this.#post(`terminate?reason=${one.Input}`));
          break;
        case EventType.ExecutionSuspended:
          posts.push(this.#post(`suspend?reason=${one.Reason}`));
          break;
        case EventType.ExecutionResumed:
          posts.push(this.#post(`resume?reason=${one.Reason}`));
          break;
        case EventType.GenericEvent:
          await this.#harness.until(this.#id, 'Failed');
          this.#earlier = this.#runner.begun - scheduled.length;
          posts.push(this.#post(`rewind?reason=${one.Data}`));
          break;
        default:
      }
    }
    await Promise.all(posts);
    if (!timers) return;
    // Not awaited to its end: time also stands still while an activity is held, and the next step releases that.
    await this.#driving;
    const before = this.#runner.calls.length;
    this.#driving = this.#clock.drive(() => this.#runner.calls.length > before);
  }
  #post(operation: string, body?: string): Promise<unknown> {
    return this.#harness.call('POST', `/instances/${this.#id}/${operation}`, body);
  }
}

const execution = (history: readonly HistoryEvent[]): string | undefined =>
  started(history)?.OrchestrationInstance.ExecutionId;

describe.each(recordings)('$name', (recording) => {
  const calls = callsOf(recording);
  const first = calls[0];
  const start = first && started(first.history);
  const app = start && apps.withOrchestrator(start.Name);
  const isChild = start?.ParentInstance != null;
  // Of actor-inbox only three of 44 calls were kept; the pure turn compares those.
  const complete = calls.every(
    ({ history }, index) => index === 0 || arrived(history).length > 0 || started(history)?.Generation === null,
  );
  const kept = recording.name !== 'actor-inbox';

  test.runIf(app && first && complete && kept)('is handed the same histories', async () => {
    if (!first || !start || !app) return;
    const id = recording.instanceId;
    const runner = new GatedRunner(app, id);
    const clock = new VirtualClock(Date.parse('2026-11-21T00:38:34.040Z'));
    const harness = await startHarness({ runner, clock, compat: COMPAT, http: pong });
    bridge.connect(harness.engine);
    try {
      const driver = new Driver(harness, runner, clock, id);
      // Children are compared as starts of their own: only the parent's address is missing then.
      await harness.start(start.Name, id, JSON.parse(start.Input ?? 'null'));
      for (const [index, call] of calls.entries()) {
        const previous = calls[index - 1];
        if (previous) await driver.deliver(call.history, execution(previous.history) !== execution(call.history));
        await runner.called(index + 1);
        runner.freeOthers(false);
        const mine = JSON.parse(runner.calls[index] ?? '') as typeof call;
        expect(normalise(isChild ? orphan(mine) : mine)).toEqual(normalise(isChild ? orphan(call) : call));
      }
    } finally {
      // Whatever still waits at the end of the recording must not hold the engine back.
      runner.freeOthers(true);
      for (let index = 0; index < 100; index++) runner.release(index);
      await harness.stop();
    }
  });
});

const orphan = (payload: ReturnType<typeof payloadOf>) => ({
  ...payload,
  parentInstanceId: null,
  history: payload.history.map((one) =>
    one.EventType === EventType.ExecutionStarted ? { ...one, ParentInstance: null, Generation: null } : one,
  ),
});
