/** The recorded app's own routes, and the host's, answer as the real host did (test/fixtures/traces/http.json). */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host } from '../../../local/host/host.ts';

interface Recorded {
  label: string;
  request: { method: string; url: string; body: string | null };
  response: { status: number; headers: Record<string, string>; rawBody: string };
}

const traces = join(import.meta.dirname, '../../fixtures/traces');
const recorded = JSON.parse(readFileSync(join(traces, 'http.json'), 'utf8')) as Recorded[];
/** Everything but the management API itself, which the engine's own test compares; its refusals of a key are the host's. */
const ours = recorded.filter(
  ({ request, label }) => !request.url.includes('/runtime/') || /^(no|bad) code$/.test(label),
);
const COMPARED = ['content-type', 'location', 'retry-after', 'www-authenticate'];

/** Keys and times differ from run to run. */
const neutral = (text: string) =>
  text.replace(/code=[\w=%-]+/g, 'code=KEY').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME');
const headersOf = (headers: Iterable<[string, string]>) =>
  Object.fromEntries(
    [...headers]
      .map(([name, value]) => [name.toLowerCase(), neutral(value)])
      .filter(([name]) => COMPARED.includes(name ?? '')),
  );

let host: Host;
beforeAll(async () => {
  host = createHost({
    appDir: join(traces, 'app'),
    dataDir: mkdtempSync(join(tmpdir(), 'host-')),
    enforceKeys: true,
    settings: { WEBSITE_HOSTNAME: 'localhost:7373' },
    compat: { durable: 'extension-3.0.0' },
    log: () => {},
  });
  await host.start();
});
afterAll(() => host.stop());

const send = ({ method, url, body }: Recorded['request']) =>
  host.fetch(new Request(url, { method, ...(body !== null && { body }) }));
const statusOf = async (id: string) =>
  (await (await send({ method: 'GET', url: `http://127.0.0.1:7373/api/client/status/${id}`, body: null })).json()) as {
    runtimeStatus: string;
  };

describe('recorded requests', () => {
  test('there are some', () => {
    expect(ours.length).toBeGreaterThan(30);
  });
  test.each(ours.map((one) => [one.label, one] as const))('%s', async (label, { request, response }) => {
    if (label === 'client status')
      await expect.poll(() => statusOf('retry-1')).toMatchObject({ runtimeStatus: 'Completed' });
    const answer = await send(request);
    const body = await answer.text();
    expect(answer.status).toBe(response.status);
    if (label === 'root') return expect(body).toContain('Your Azure Function App is up and running.');
    expect(headersOf(answer.headers)).toEqual(headersOf(Object.entries(response.headers)));
    expect(neutral(body)).toBe(neutral(response.rawBody));
  });
});

test('the durable client input is the recorded one', async () => {
  const { extraInputs } = JSON.parse(readFileSync(join(traces, 'durableClient-input-binding.json'), 'utf8')) as {
    extraInputs: object;
  };
  const { durableClientInput } = await import('../../../local/host/client-input.ts');
  const key = /code=([^&"]+)/.exec(JSON.stringify(extraInputs))?.[1] ?? '';
  const text = durableClientInput('RealHub30', 'http://localhost:7373', 'http://127.0.0.1:17071', key);
  expect(JSON.parse(text)).toEqual(extraInputs);
});
