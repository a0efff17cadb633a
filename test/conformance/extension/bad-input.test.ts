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

test('no Azurite', async () => {
  await expect(startAzurite(0, 'file:///nowhere/at-all.js')).rejects.toThrow(
    /^Azurite is not installed: run `npm ci`$/,
  );
});

test('a port that Azurite is to have is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    await expect(startAzurite((taken.address() as { port: number }).port)).rejects.toThrow(
      /^Azurite ended with \d+ before it was ready: [^\n]*$/,
    );
  } finally {
    taken.close();
  }
});

test.skipIf(missing()).each([
  [
    'no storage: it says so within its time',
    NOWHERE,
    8_000,
    /^The durable extension (was not ready after 8000 ms|ended with)[^\n]*$/,
  ],
  [
    'a connection string that is none',
    'nonsense',
    60_000,
    /^The durable extension ended with 1 before it was ready: Settings must be of the form "name=value"\.$/,
  ],
  ['it does not start in its time', NOWHERE, 1, /^The durable extension was not ready after 1 ms[^\n]*$/],
])('the extension: %s, in one line', async (_what, connectionString, startWithin, words) => {
  const engine = extensionEngine({ connectionString, startWithin })({
    runner,
    clock: new RealClock(),
    realTime: true,
    log: () => {},
    settings: {},
    dataDir: '',
  });
  try {
    await expect(engine.start()).rejects.toThrow(words);
  } finally {
    engine.close();
  }
});
