import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../local/host/host.ts';

const lines: string[] = [];
const make = (compat?: { streamHangs: boolean }) =>
  createHost({
    appDir: join(import.meta.dirname, 'apps', 'stream'),
    dataDir: mkdtempSync(join(tmpdir(), 'host-')),
    engine: () => {
      throw new Error('this app has no durable functions');
    },
    log: (level, _, message) => lines.push(`${level} ${message}`),
    ...(compat && { compat }),
  });

describe('enableHttpStream', () => {
  let host: Host;
  let base: string;
  beforeAll(async () => {
    host = make();
    base = `http://127.0.0.1:${await host.listen(0)}/api`;
    await host.start();
  });
  afterAll(() => host.stop());

  test('params also hold query keys, route values win, code does not show', async () => {
    const answer = await fetch(`${base}/params/7?id=8&x=1&code=k`, { headers: { 'x-test': 'h' } });
    expect(await answer.json()).toEqual({
      params: { id: '7', x: '1' },
      url: `${base}/params/7?id=8&x=1&code=k`,
      header: 'h',
    });
    expect(answer.headers.get('x-ms-invocation-id')).toMatch(/^[-0-9a-f]{36}$/);
  });

  test('uploads stream in, also in process', async () => {
    const body = new Uint8Array(3_000_000);
    expect(await (await fetch(`${base}/upload`, { method: 'POST', body })).text()).toBe('3000000 bytes');
    const inside = await host.fetch(new Request(`${base}/upload`, { method: 'POST', body }));
    expect(await inside.text()).toBe('3000000 bytes');
  });

  test('an event stream arrives piece by piece', async () => {
    const answer = await fetch(`${base}/events`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toBe('data: 1\n\n');
    (globalThis as { sendSecond?: () => void }).sendSecond?.();
    expect(await next()).toBe('data: 2\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  test('a client that goes away does not end the host', async () => {
    const gone = new AbortController();
    const answer = await fetch(`${base}/events`, { signal: gone.signal });
    await answer.body?.getReader().read();
    gone.abort();
    expect((await fetch(`${base}/params/1`)).status).toBe(200);
    (globalThis as { sendSecond?: () => void }).sendSecond?.();
    // The real host cannot tell it from any other failure (DefaultHttpProxyService.EnsureSuccessfulForwardingAsync).
    await expect
      .poll(() => lines.find((line) => line.includes('ForwarderError')))
      .toMatch(
        /^error Executed 'Functions.events' \(Failed.*\nException: Failed to proxy request with ForwarderError: ResponseBodyCanceled/s,
      );
  });

  test('in process there is no socket: the answer streams, and who does not read on has left', async () => {
    const before = lines.length;
    const failed = () => lines.slice(before).filter((line) => line.includes('ForwarderError'));
    const reader = (await host.fetch(new Request(`${base}/events`))).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: 1\n\n');
    await reader?.cancel();
    (globalThis as { sendSecond?: () => void }).sendSecond?.();
    const asked = await host.ask({ method: 'POST', url: `${base}/upload`, body: 'four' });
    expect([asked.status, asked.text]).toEqual([200, '4 bytes']);
    // Nobody aborted its request, so nobody says that it failed.
    expect(failed()).toEqual([]);
  });

  test('throwing after the body was read is an empty 500', async () => {
    const answer = await fetch(`${base}/throwsLate`, { method: 'POST', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([500, '']);
  });

  test('throwing before it leaves the client waiting, and a warning says so', async () => {
    const gone = new AbortController();
    const hanging = fetch(`${base}/throwsEarly`, { signal: gone.signal });
    await expect
      .poll(() => lines.find((line) => line.startsWith('warning')))
      .toMatch(/'throwsEarly' threw before it read its request/);
    gone.abort();
    await expect(hanging).rejects.toThrow();
  });

  test.each(['declines', 'stops'])('an answer that comes before the end of the body arrives: %s', async (name) => {
    for (const size of [300_000, 5_000_000])
      for (let time = 0; time < 15; time++) {
        const sent = new Blob([new Uint8Array(size)]);
        // With a length, and without one.
        const body = time % 2 ? sent : sent.stream();
        const answer = await fetch(`${base}/${name}`, { method: 'POST', body, duplex: 'half' } as RequestInit);
        expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
      }
  });

  test('the app’s proxy answers the host alone: invented invocations are neither kept nor left waiting', async () => {
    const proxy = new URL((await host.worker?.stream('probe'))?.uri ?? '');
    expect(proxy.port).not.toBe('');
    const url = `http://127.0.0.1:${proxy.port}/api/params/1`;
    for (const id of ['', 'invented', crypto.randomUUID()]) {
      const headers: Record<string, string> = id ? { 'x-ms-invocation-id': id } : {};
      expect((await fetch(url, { headers })).status).toBe(404);
    }
    // Bound to this one address: not to the others of this machine either.
    await expect(fetch(url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
    await expect(fetch(url.replace('127.0.0.1', '[::1]'))).rejects.toThrow();
    expect((await fetch(`${base}/params/1`)).status).toBe(200);
  });

  test('unless that is wished away', async () => {
    const kind = make({ streamHangs: false });
    await kind.start();
    expect((await kind.fetch(new Request('http://localhost/api/throwsEarly'))).status).toBe(500);
    await kind.stop();
  });
});
