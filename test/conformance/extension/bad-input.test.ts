/** What is missing or in the way is said in one line, and nothing waits for ever. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { RealClock } from '../../../local/clock.ts';
import type { FunctionRunner } from '../../../local/durable/ports.ts';
import { startAzurite } from './azurite.ts';
import { missing } from './build.ts';
import { extensionEngine } from './engine.ts';

const runner: FunctionRunner = {
  names: (kind) => (kind === 'orchestrator' ? ['one'] : []),
  invoke: async () => ({ ok: true, returnValue: undefined }),
};
/** Nobody listens there. */
const NOWHERE = [
  ...['DefaultEndpointsProtocol=http', 'AccountName=devstoreaccount1', 'AccountKey=AAAA'],
  ...['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=http://127.0.0.1:9/devstoreaccount1`),
].join(';');

test('no dotnet', () => {
  expect(missing({ PATH: '/nowhere' })).toBe('the .NET SDK 10 (`dotnet`) is not on the PATH');
});

test('a port that Azurite is to have is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    await expect(startAzurite((taken.address() as { port: number }).port)).rejects.toThrow(/^Azurite .*/);
  } finally {
    taken.close();
  }
});

test.skipIf(missing())('no storage: the extension says so in one line, within its time', async () => {
  const engine = extensionEngine({ connectionString: NOWHERE, startWithin: 8_000 })({
    runner,
    clock: new RealClock(),
    realTime: true,
    log: () => {},
    settings: {},
    dataDir: '',
  });
  try {
    await expect(engine.start()).rejects.toThrow(
      /^The durable extension (was not ready after 8000 ms|ended with)[^\n]*$/,
    );
  } finally {
    engine.close();
  }
});
