import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createHost } from '../../../local/host/host.ts';

const app = (name: string) => join(import.meta.dirname, 'apps', name);
const folder = () => mkdtempSync(join(tmpdir(), 'host-'));

it('a request that came before the stop finds the data still open', async () => {
  const lines: string[] = [];
  const host = createHost({
    appDir: app('durable'),
    dataDir: folder(),
    log: (level, _, message) => level === 'error' && lines.push(message),
  });
  const port = await host.listen(0);
  await host.start();
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const writer = body.writable.getWriter();
  const answer = fetch(`http://127.0.0.1:${port}/api/start/late`, {
    method: 'POST',
    body: body.readable,
    // What the standard asks for and its type leaves out: the answer may come while the body is still sent.
    ...{ duplex: 'half' },
  });
  await writer.write(Buffer.from('{'));
  // Only a request that waits for the rest of its body keeps the socket busy; any other answer shows that it has arrived.
  await fetch(`http://127.0.0.1:${port}/api/hub`);
  const stopped = host.stop();
  await writer.write(Buffer.from('}'));
  await writer.close();
  expect((await answer).status).toBe(202);
  await stopped;
  expect(lines).toEqual([]);
});

const module = (path: string) => JSON.stringify(new URL(`../../../local/${path}`, import.meta.url).href);
/** Runs a script that has `createHost` and `VirtualClock`. @returns what it printed. @throws when it fails, or does not end by itself */
async function ended(script: string): Promise<string> {
  const whole = `
    const { createHost } = await import(${module('host/host.ts')});
    const { VirtualClock } = await import(${module('clock.ts')});
    ${script}
  `;
  const options = { timeout: 20_000 };
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', whole], options);
  return (await run).stdout.trim();
}
const options = (name: string) =>
  `appDir: ${JSON.stringify(app(name))}, dataDir: ${JSON.stringify(folder())}, log: () => {}`;

it('nothing of a stopped host keeps the process: not even the proxy of a streaming app', async () => {
  const script = `
    const host = createHost({ ${options('stream')} });
    await host.start();
    const answer = await host.fetch(new Request(host.origin + '/api/params/7?id=8'));
    await answer.text();
    await host.stop();
    console.log(answer.status);
  `;
  expect(await ended(script)).toBe('200');
}, 30_000);

it('in virtual time a stop waits out its patience, though nothing else keeps the process', async () => {
  const script = `
    const clock = new VirtualClock(0);
    const host = createHost({ ${options('durable')}, clock });
    await host.start();
    await host.fetch(new Request(host.origin + '/api/start/one', { method: 'POST' }));
    // In the middle of an activity that sleeps by a clock nobody drives any more.
    await clock.drive(() => false, 24.1 * 3600e3);
    await host.stop(50);
    console.log('stopped');
  `;
  expect(await ended(script)).toBe('stopped');
}, 30_000);
