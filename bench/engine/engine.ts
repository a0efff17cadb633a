/** What the bench asks of an engine: the same four workloads, whatever its own programming model. */
export interface BenchEngine {
  name: string;
  /** Whether finished work survives a kill. */
  durable: boolean;
  /** Runs one workflow of `steps` activities, one after the other; resolves at its end. */
  chain(steps: number): Promise<void>;
  /** Runs one workflow that starts `width` activities at once and awaits them all. */
  fan(width: number): Promise<void>;
  /** Starts a workflow that sleeps until `due` (ms since epoch); resolves when it is accepted with what resolves when it woke (ms since epoch). */
  sleeper(due: number): Promise<{ woke: Promise<number> }>;
  /** Processor time used outside of this process so far, ms. */
  elsewhere?(): number;
  stop(): Promise<void>;
}
