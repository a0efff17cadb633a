/** The durable engine: wires store, clock, functions and management API together. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { Activities } from './activities.ts';
import { Alarms } from './alarms.ts';
import { Committer } from './commit.ts';
import { type CompatOption, compatOf } from './compat.ts';
import { Dispatcher } from './dispatcher.ts';
import { Entities } from './entity/entities.ts';
import { Histories } from './histories.ts';
import type { Random } from './ids.ts';
import { Management } from './manage/management.ts';
import { Orchestrations } from './orchestrations.ts';
import type { DurableEngine, FunctionRunner, LogSink } from './ports.ts';
import { activityKey, Hidden, type Kept, messageKey, type Redelivery, visibleFrom } from './redelivery.ts';
import { type Settings, settingsOf } from './settings.ts';
import type { Change, Store } from './store/ports.ts';
import { createTrace } from './trace.ts';

export type { CompatOption } from './compat.ts';
export type { Redelivery } from './redelivery.ts';
export { createMemoryStore } from './store/memory.ts';
export type { Store } from './store/ports.ts';
export { createSqliteStore, type SqliteOptions } from './store/sqlite.ts';

export interface EngineOptions {
  store: Store;
  clock: Clock;
  runner: FunctionRunner;
  log: LogSink;
  /** The `extensions.durableTask` section of host.json. */
  settings?: unknown;
  /** Which extension to mirror: the newest by default. */
  compat?: CompatOption;
  /** Source of ids; a seeded one makes histories repeat. */
  random?: Random;
  /** Takes up what a dead host had taken when that would be visible again, and not at once. */
  redelivery?: Redelivery | undefined;
  /** Sends the requests of callHttp. */
  http?: typeof fetch;
  /**
   * Called once when the data could not be written. What is on disk is whole, but memory is ahead of it: the engine takes and
   * answers nothing any more; stop it and make another over the store opened anew.
   */
  failed?: (error: unknown) => void;
}

/** Changes that wait for a transaction at most: the engine must not run far ahead of a slow disk. */
const MAX_GROUP = 4096;

/** @throws when settings or compat are invalid, with what to change */
export function createDurableEngine(options: EngineOptions): DurableEngine {
  const { store, clock, runner, log } = options;
  const settings = settingsOf(options.settings, process.env);
  const compat = compatOf(options.compat);
  const random = options.random ?? ((length: number) => randomBytes(length));
  const committer = new Committer(store, clock);
  const histories = new Histories(store);
  const functions = (['orchestrator', 'activity', 'entity'] as const).flatMap((kind) => runner.names(kind));
  const trace = createTrace(log, { settings, compat, functions, environment: process.env });
  const hidden = new Hidden(clock);
  let stopping = false;
  const full = () => committer.pending >= MAX_GROUP;
  const common = {
    store,
    clock,
    committer,
    runner,
    settings,
    compat,
    random,
    log,
    trace,
    hidden,
    stopping: () => stopping,
  };
  const orchestrations = new Orchestrations({ ...common, histories });
  const entities = new Entities({ ...common, retry: (id) => dispatcher.wake(id) });
  const activities = new Activities({
    ...common,
    limit: settings.maxConcurrentActivityFunctions,
    full,
    http: options.http ?? fetch,
  });
  const alarms = new Alarms(store, clock, committer);
  const dispatcher = new Dispatcher(
    clock,
    { orchestrators: settings.maxConcurrentOrchestratorFunctions, entities: settings.maxConcurrentEntityFunctions },
    async (id) => {
      try {
        await (id.startsWith('@') ? entities.run(id) : orchestrations.run(id));
      } catch (error) {
        // Nothing was written: the messages are still there and are taken up with the next one, or at the next start.
        log(
          'error',
          'Host.Triggers.DurableTask',
          `${id}: turn was given back: ${error instanceof Error ? error.stack : error}`,
        );
      }
    },
    full,
  );
  const management = new Management({ ...common, histories });

  committer.onApplied = (change) => {
    for (const id of receivers(change)) {
      if (change.kind === 'start' && compat.firstTurnDelay > 0) {
        clock.at(clock.now() + compat.firstTurnDelay, () => !stopping && dispatcher.wake(id));
      } else dispatcher.wake(id);
    }
  };
  committer.onDurable = (change) => {
    management.changed(change);
    if (change.kind !== 'turn') return;
    for (const activity of change.activities) activities.add(activity);
    for (const { fireAt } of change.alarms) alarms.added(fireAt);
  };
  committer.onFlushed = () => {
    dispatcher.pump();
    activities.pump();
  };
  committer.onFailed = (error) => {
    stopping = true;
    options.failed?.(error);
  };
  /** Takes up what a host before left unfinished: each message and activity when it may be seen. */
  const resume = () => {
    const { redelivery } = options;
    const now = clock.now();
    const before = redelivery?.kept?.read() ?? { taken: {} };
    const visible = redelivery && visibleFrom(store, timesOf(redelivery, settings, before));
    const { taken } = before;
    redelivery?.kept?.write({ taken });
    const later = (key: string, task: () => void) => () => {
      if (stopping) return;
      taken[key] = clock.now();
      redelivery?.kept?.write({ taken });
      task();
    };
    for (const activity of store.activities()) {
      const until = visible?.activity(activity) ?? now;
      const take = later(activityKey(activity), () => activities.add(activity));
      if (until > now) clock.at(until, take);
      else if (redelivery) take();
      else activities.add(activity);
    }
    for (const id of store.waiting()) {
      for (const message of visible ? store.inbox(id) : []) {
        const until = visible?.message(message) ?? now;
        const take = later(messageKey(message), () => dispatcher.wake(id));
        if (until > now) hidden.hide(message, until, take);
        else take();
      }
      dispatcher.wake(id);
    }
  };
  const stop = async () => {
    stopping = true;
    management.stop();
    await Promise.all([alarms.stop(), activities.stop(), dispatcher.stop()]);
    // Who could be told that it cannot be written, has been.
    await committer.durable().catch(() => {});
  };

  return {
    async start() {
      resume();
      dispatcher.start();
      activities.start();
      alarms.start();
    },
    async stop() {
      await stop();
      options.redelivery?.kept?.write({ ended: clock.now(), taken: {} });
    },
    halt: () => void stop().catch(() => {}),
    manage: (request) => management.handle(request),
  };
}

const timesOf = ({ control, workItem }: Redelivery, settings: Settings, before: Kept) => ({
  control: control ?? settings.controlQueueVisibilityTimeout,
  workItem: workItem ?? settings.workItemQueueVisibilityTimeout,
  before,
});

/** Instances that a change has given something to do. */
function receivers(change: Change): string[] {
  switch (change.kind) {
    case 'turn':
      return [
        ...change.starts.map((start) => start.instance.id),
        ...change.messages.map((message) => message.instanceId),
      ];
    case 'start':
      return [change.start.instance.id];
    case 'post':
    case 'result':
      return [change.message.instanceId];
    case 'rewrite':
      return change.message ? [change.message.instanceId] : [];
    case 'fire':
      return change.alarms.map((alarm) => alarm.message.instanceId);
    case 'discard':
    case 'purge':
      return [];
  }
}
