/** A runner over a real app that hands over results only when told to, so that a run meets its messages in the recorded order and batches. */
import type { FunctionKind, FunctionRunner, InvocationResult, TypedData } from '../../../local/durable/ports.ts';

export class GatedRunner implements FunctionRunner {
  /** Trigger texts of the subject's orchestrator calls. */
  readonly calls: string[] = [];
  #inner: FunctionRunner;
  #subject: string;
  #held: ((() => void) | undefined)[] = [];
  #released = new Set<number>();
  #others: (() => void)[] = [];
  #othersFree = false;
  #watchers: (() => void)[] = [];

  /** @param subject instance whose run is compared; what other instances do waits for {@link freeOthers} */
  constructor(inner: FunctionRunner, subject: string) {
    this.#inner = inner;
    this.#subject = subject;
  }
  names(kind: FunctionKind): readonly string[] {
    return this.#inner.names(kind);
  }
  async invoke(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Promise<InvocationResult> {
    if (kind === 'orchestrator' && instanceId === this.#subject) {
      this.calls.push(trigger.string ?? JSON.stringify(trigger.value));
      for (const watcher of this.#watchers.splice(0)) watcher();
    }
    if (kind !== 'activity') return this.#inner.invoke(kind, name, trigger, instanceId);
    // Runs at once and in parallel, as it did when recorded; only its result waits.
    const gate = instanceId === this.#subject ? this.#turnOf() : this.#other();
    const result = await this.#inner.invoke(kind, name, trigger, instanceId);
    await gate;
    return result;
  }
  /** How many of the subject's activities have begun. */
  get begun(): number {
    return this.#held.length;
  }
  /** Lets the subject's activity with this number, in the order of scheduling, go on. */
  release(index: number): void {
    this.#released.add(index);
    this.#held[index]?.();
  }
  freeOthers(free: boolean): void {
    this.#othersFree = free;
    if (free) for (const go of this.#others.splice(0)) go();
  }
  /** Resolves when the subject's orchestrator was called so often. */
  async called(times: number): Promise<void> {
    while (this.calls.length < times) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }
  #turnOf(): Promise<void> | undefined {
    const index = this.#held.length;
    this.#held.push(undefined);
    if (this.#released.has(index)) return undefined;
    return new Promise<void>((resolve) => {
      this.#held[index] = resolve;
    });
  }
  #other(): Promise<void> | undefined {
    return this.#othersFree ? undefined : new Promise<void>((resolve) => this.#others.push(resolve));
  }
}
