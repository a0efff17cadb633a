/**
 * Notices when a pending task is handed to a second Task.any or Task.all. The real extension then schedules it again
 * (activities run twice, a second event wait swallows later events; durable-functions-js #574, #577), so this one does too, and says so.
 */
import { ACTION, type Action } from './actions.ts';
import type { ExternalEvents } from './external-events.ts';
import type { Task } from './task.ts';

const RULE = 'Yield a task, or put it into one compound, exactly once (durable-functions-js #574)';

export class ReuseWatch {
  #pending = new Map<string, Task>();
  #warn: (message: string) => void;
  #muted: () => boolean;

  constructor(warn: (message: string) => void, muted: () => boolean) {
    this.#warn = warn;
    this.#muted = muted;
  }
  before(action: Action, events: ExternalEvents): void {
    if (this.#muted()) return;
    if (action.actionType === ACTION.waitForExternalEvent) {
      if (events.waiting(action.externalEventName) > 0) {
        this.#warn(
          `Task.any re-use: a wait for the event '${action.externalEventName}' joins a compound while an earlier one is still pending; the extension registers it again and the older wait can swallow a later event. ${RULE}`,
        );
      }
      return;
    }
    const what = described(action);
    if (what && this.#pending.get(JSON.stringify(action))?.settled === false) {
      this.#warn(
        `Task.any re-use: the pending ${what} joins a second compound; the extension schedules it again. ${RULE}`,
      );
    }
  }
  after(action: Action, task: Task): void {
    if (described(action) && !task.settled) this.#pending.set(JSON.stringify(action), task);
  }
}

function described(action: Action): string | undefined {
  switch (action.actionType) {
    case ACTION.callActivity:
    case ACTION.callActivityWithRetry:
      return `activity '${action.functionName}'`;
    case ACTION.callSubOrchestrator:
    case ACTION.callSubOrchestratorWithRetry:
      return `sub-orchestration '${action.functionName}'`;
    case ACTION.createTimer:
      return action.isCanceled ? undefined : `timer due at ${action.fireAt}`;
    default:
      return undefined;
  }
}
