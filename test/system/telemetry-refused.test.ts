import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Receiver } from '../telemetry/receiver.ts';
import { World } from './world.ts';

let receiver: Receiver;
let world: World | undefined;
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  await world?.stop();
  world = undefined;
  await receiver.stop();
});

test('a collector that refuses, and then is well, costs a deployment nothing', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  world = await World.create({ seed: 'refusing', settings: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
  receiver.status = 400;
  await world.call('POST', '/api/deploy', {
    event: 'untold',
    languages: ['original'],
    youtubeKeys: { original: 'key-of-original' },
  });
  await world.until('untold', ['live']);
  await receiver.until(() => receiver.headers.length > 2);
  receiver.status = 200;
  await world.call('POST', '/api/teardown', { event: 'untold', confirm: true });
  await world.until('untold', ['gone']);
  await receiver.until(() => receiver.spans.some(({ name }) => name === 'deployment'));
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/^Cannot tell telemetry: /)]]);
  warn.mockRestore();
});
