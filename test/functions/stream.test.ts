import { afterEach, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

interface Sent {
  id: string;
  state: string;
}
const eventsOf = (text: string): Sent[] =>
  [...text.matchAll(/^id: (.+)\nevent: status\ndata: (.+)$/gm)].map(([, id = '', data = '{}']) => ({
    id,
    state: String((JSON.parse(data) as { state: string }).state),
  }));

/** Reads a stream to its end while time passes; also how long it lasted. */
async function read(deploymentId: string, headers: Record<string, string> = {}) {
  const begun = world.clock.now();
  const response = await world.host.fetch(
    new Request(`${world.host.origin}/api/deployment/${deploymentId}/events`, {
      headers: { host: '127.0.0.1', ...headers },
    }),
  );
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let ended = false;
  const text = response.text().finally(() => {
    ended = true;
  });
  while (!ended) await world.pass(5);
  return { text: await text, seconds: (world.clock.now() - begun) / 1000 };
}

test('a stream tells every change, ends by itself, resumes without repeating, and closes at the end of the deployment', async () => {
  world = await World.create({ seed: 'stream' });
  const { body } = await world.call<{ deploymentId: string }>('POST', '/api/deploy', {
    event: 'demo',
    languages: ['original'],
  });
  const first = await read(body.deploymentId);
  expect(first.text).toMatch(/^retry: \d+\n/);
  expect(first.seconds).toBeGreaterThanOrEqual(199);
  expect(first.seconds).toBeLessThan(225);
  const seen = eventsOf(first.text);
  expect(seen.length).toBeGreaterThan(3);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);

  await world.until('demo', ['live']);
  const quiet = await read(body.deploymentId);
  const [latest] = eventsOf(quiet.text).slice(-1);
  expect(quiet.text).toContain(': alive');
  const resumed = await read(body.deploymentId, { 'last-event-id': latest?.id ?? '' });
  expect(eventsOf(resumed.text)).toEqual([]);

  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  const last = await read(body.deploymentId, { 'last-event-id': latest?.id ?? '' });
  expect(eventsOf(last.text).at(-1)?.state).toBe('gone');
  const over = await read(body.deploymentId);
  expect(over.seconds).toBeLessThan(30);
  expect(eventsOf(over.text).map(({ state }) => state)).toEqual(['gone']);
});

test.each([
  ['as host.json has it', {}, []],
  [
    'with the level of all others',
    { 'AzureFunctionsJobHost__logging__logLevel__Function.api-deployment-events': 'Warning' },
    [expect.stringMatching(/^error Function\.api-deployment-events Executed .*ForwarderError: ResponseBodyCanceled/s)],
  ],
])('a client that leaves ends the stream at once, %s', async (_, settings, told) => {
  world = await World.create({ seed: 'leaves', settings });
  const { body } = await world.call<{ deploymentId: string }>('POST', '/api/deploy', {
    event: 'demo',
    languages: ['original'],
  });
  const gone = new AbortController();
  const request = new Request(`${world.host.origin}/api/deployment/${body.deploymentId}/events`, {
    headers: { host: '127.0.0.1' },
    signal: gone.signal,
  });
  const reader = (await world.driven(world.host.fetch(request))).body?.getReader();
  await reader?.read();
  gone.abort();
  // Nothing runs any more but what the event itself needs: the host has nobody to wait for.
  await world.host.stop();
  expect(world.log.filter((line) => /^(warning|error) Function\.api-deployment-events/.test(line))).toEqual(told);
});
