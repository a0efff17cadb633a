/**
 * External events as the extension keeps them (DurableOrchestrationContext.WaitForExternalEvent, RaiseEvent): waits of one name
 * form a stack, so the newest gets the event; events without a wait form a queue. Names compare case-insensitively.
 */
import type { Observer, WaitReason } from './observer.ts';
import { Task } from './task.ts';

export class ExternalEvents {
  #waits = new Map<string, Task[]>();
  #buffered = new Map<string, { name: string; input: string | null }[]>();

  readonly #observer: Observer | undefined;

  constructor(observer?: Observer) {
    this.#observer = observer;
  }
  wait(name: string, reason: WaitReason = 'ExternalEvent'): Task {
    const key = name.toLowerCase();
    const task = new Task();
    const queue = this.#buffered.get(key);
    if (queue) {
      const next = queue.shift();
      if (queue.length === 0) this.#buffered.delete(key);
      this.#observer?.received(name);
      task.resolve(next?.input);
      return task;
    }
    this.#observer?.waits(name, reason);
    const stack = this.#waits.get(key);
    if (stack) stack.push(task);
    else this.#waits.set(key, [task]);
    return task;
  }
  raise(name: string, input: string | null): void {
    const key = name.toLowerCase();
    const stack = this.#waits.get(key);
    const task = stack?.pop();
    if (stack?.length === 0) this.#waits.delete(key);
    if (task) {
      this.#observer?.received(name);
      task.resolve(input);
      return;
    }
    const queue = this.#buffered.get(key);
    if (queue) queue.push({ name, input });
    else this.#buffered.set(key, [{ name, input }]);
    this.#observer?.saved(name);
  }
  /** How many waits of this name are open. */
  waiting(name: string): number {
    return this.#waits.get(name.toLowerCase())?.length ?? 0;
  }
  /** Events that nobody waited for, oldest first per name. */
  get unread(): { name: string; input: string | null }[] {
    return [...this.#buffered.values()].flat();
  }
}
