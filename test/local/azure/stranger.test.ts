/** The simulator is an Azure for anybody: what it plays for us is plugged in (local/fleet). `npm run imports` holds the imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSimulator, DEFAULT_SUBSCRIPTION } from '../../../local/azure/simulator.ts';
import { VirtualClock } from '../../../local/clock.ts';
import { START } from './world.ts';

const ROOM = join(import.meta.dirname, '../../../local/azure');
/** Words of our product. A guest agent is Azure's own, and so is the control plane. */
const OURS = /relay|\bslides?\b|slate|mixer|\bobs\b|youtube|heartbeat|programme|presenter|stream.?control/i;

test('no file of the simulator says a word of the product', () => {
  const files = readdirSync(ROOM, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  const said = files.flatMap((name) =>
    readFileSync(join(ROOM, name), 'utf8')
      .split('\n')
      .flatMap((line, index) => (OURS.test(line) ? [`${name}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(said).toEqual([]);
});

test('by itself it is empty: nothing is installed, and inside a container nothing listens', async () => {
  const simulator = createSimulator({ clock: new VirtualClock(START) });
  expect([...simulator.kernel.resources.all()].map(({ type }) => type)).toEqual([]);
  const ask = (host: string) => simulator.handle({ method: 'GET', url: new URL(`http://${host}/health`), headers: {} });
  await expect(ask('demo.westeurope.azurecontainer.io:8080')).rejects.toThrow();
  const vault = await simulator.handle({
    method: 'GET',
    url: new URL('https://control.vault.azure.net/secrets?api-version=7.6'),
    headers: { authorization: 'Bearer any' },
  });
  expect(vault.status).toBeGreaterThanOrEqual(400);
  expect(DEFAULT_SUBSCRIPTION).toMatch(/^[0-9a-f-]{36}$/);
  await simulator.stop();
});
