/** @microsoft/durabletask-js on its in-memory backend: no disk, no crash recovery; the floor of what a JavaScript engine costs. */
import type { BenchEngine } from './engine.ts';

/** As much of its API as is used here; the package itself is installed apart. */
interface Context {
  callActivity(name: string, input: unknown): unknown;
  createTimer(at: Date): unknown;
}
const PACKAGE = '@microsoft/durabletask-js';

export async function openDurableTask(): Promise<BenchEngine> {
  const peer = await import(PACKAGE);
  const { ConsoleLogger, InMemoryOrchestrationBackend, TestOrchestrationClient, TestOrchestrationWorker, whenAll } =
    peer;
  // Its test worker takes no logger and would be measured writing a dozen lines per turn.
  for (const method of ['debug', 'info', 'warn', 'error', 'logEvent']) ConsoleLogger.prototype[method] = () => {};
  const backend = new InMemoryOrchestrationBackend();
  const client = new TestOrchestrationClient(backend);
  const worker = new TestOrchestrationWorker(backend);
  worker.addNamedActivity('echo', (_context: unknown, value: unknown) => value);
  worker.addNamedOrchestrator('chain', async function* (context: Context, steps: number) {
    for (let i = 0; i < steps; i++) yield context.callActivity('echo', i);
  });
  worker.addNamedOrchestrator('fan', async function* (context: Context, width: number) {
    yield whenAll(Array.from({ length: width }, (_, i) => context.callActivity('echo', i)));
  });
  worker.addNamedOrchestrator('sleep', async function* (context: Context, due: number) {
    yield context.createTimer(new Date(due));
    return Date.now();
  });
  await worker.start();
  const ended = async (id: string): Promise<{ serializedOutput?: string } | undefined> =>
    client.waitForOrchestrationCompletion(id, true, 600);
  return {
    name: 'durabletask-js (in memory)',
    durable: false,
    async chain(steps) {
      await ended(await client.scheduleNewOrchestration('chain', steps));
    },
    async fan(width) {
      await ended(await client.scheduleNewOrchestration('fan', width));
    },
    async sleeper(due) {
      const id = await client.scheduleNewOrchestration('sleep', due);
      return { woke: ended(id).then((state) => Number(state?.serializedOutput)) };
    },
    async stop() {
      await worker.stop();
    },
  };
}
