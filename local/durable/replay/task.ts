/** A value that settles once, with synchronous continuations: what .NET's TaskCompletionSource is to an orchestrator thread. */
export class Task {
  settled = false;
  failed = false;
  value: unknown = undefined;
  #waiting: (() => void)[] | undefined;

  resolve(value?: unknown): void {
    this.#settle(false, value);
  }
  reject(error: unknown): void {
    this.#settle(true, error);
  }
  /** Calls back now if already settled, else as part of settling, in the order of registration. */
  whenSettled(callback: () => void): void {
    if (this.settled) callback();
    else if (this.#waiting) this.#waiting.push(callback);
    else this.#waiting = [callback];
  }
  #settle(failed: boolean, value: unknown): void {
    if (this.settled) return;
    this.settled = true;
    this.failed = failed;
    this.value = value;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) for (const callback of waiting) callback();
  }
}

export function completed(value?: unknown): Task {
  const task = new Task();
  task.resolve(value);
  return task;
}
export function faulted(error: unknown): Task {
  const task = new Task();
  task.reject(error);
  return task;
}

/** Settles when every child has; failures do not matter to a caller that only waits. */
export function whenAll(children: readonly Task[]): Task {
  const all = new Task();
  let left = children.length;
  if (left === 0) all.resolve();
  for (const child of children) child.whenSettled(() => --left === 0 && all.resolve());
  return all;
}

/** Settles with the first child that has, cancelled ones included. */
export function whenAny(children: readonly Task[]): Task {
  const any = new Task();
  for (const child of children) child.whenSettled(() => any.resolve(child));
  return any;
}

/** Runs an async method written as a generator that yields tasks: failures are thrown into it, as `await` does. */
export function run(steps: Generator<Task, unknown, unknown>): Task {
  const result = new Task();
  const advance = (awaited: Task | undefined): void => {
    let previous = awaited;
    // A loop, not recursion: thousands of already settled tasks must not grow the stack.
    for (;;) {
      let step: IteratorResult<Task, unknown>;
      try {
        step = previous?.failed ? steps.throw(previous.value) : steps.next(previous?.value);
      } catch (error) {
        result.reject(error);
        return;
      }
      if (step.done) {
        result.resolve(step.value);
        return;
      }
      const next = step.value;
      if (!next.settled) {
        next.whenSettled(() => advance(next));
        return;
      }
      previous = next;
    }
  };
  advance(undefined);
  return result;
}

/** Waits for `task` but swallows its failure. */
export function settled(task: Task): Task {
  const outer = new Task();
  task.whenSettled(() => outer.resolve(task));
  return outer;
}
