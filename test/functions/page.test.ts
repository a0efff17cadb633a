/** What is served at `/`, from a page that is built for this: its files with their policy, codings and names. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { beforeAll, expect, test, vi } from 'vitest';
import { handlerOf } from '../../functions/door.ts';
import { pageDoor } from '../../functions/page.ts';
import { buildDashboard } from '../../scripts/dashboard.mjs';
import { issuer } from './issuer.ts';

vi.mock('durable-functions', async (original) => ({ ...(await original<object>()), getClient: () => ({}) }));

beforeAll(async () => {
  await buildDashboard();
});

async function get(path: string, headers: Record<string, string> = {}) {
  await using entra = await issuer({});
  const request = new HttpRequest({
    url: `https://control.example/${path}`,
    method: 'GET',
    headers: { host: 'control.example', ...headers },
    params: { path },
  });
  const answer = await handlerOf(pageDoor, () => entra.settings)(request, new InvocationContext());
  const body = answer.body as Uint8Array | string;
  return {
    status: answer.status,
    headers: new Headers(answer.headers as Record<string, string>),
    body: Buffer.from(body),
  };
}

test('nobody needs to sign in for the page itself, and nothing on it is inline or from elsewhere', async () => {
  const { status, headers, body } = await get('');
  expect(status).toBe(200);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(headers.get('cache-control')).toBe('no-cache');
  const html = body.toString();
  expect(html).not.toMatch(/<script(?![^>]*\bsrc="\/assets\/)|<style|\son\w+=|style=|https?:/);
  expect(html).toMatch(/<script type="module"[^>]* src="\/assets\/[\w.-]+\.js">/);
});

test('views of the page are the page; what is the API’s, or a file that is not there, is not', async () => {
  const page = (await get('')).body.toString();
  for (const view of ['new', 'events/sunday-service', 'events/demo/journal', 'deployments/demo-1-2'])
    expect((await get(view)).body.toString()).toBe(page);
  for (const other of [
    'api/nothing',
    'api',
    'assets/none.js',
    'runtime/webhooks',
    'admin/host',
    '.auth/me',
    'x.php',
    'assets/../stamp',
    'packages.json',
  ]) {
    const { status, headers } = await get(other);
    expect([other, status]).toEqual([other, 404]);
    expect(headers.get('content-type')).toBe('application/problem+json');
  }
});

test('assets have their hash in their name, stay for ever, and come as the client takes them', async () => {
  const [, path = ''] = /src="\/(assets\/[\w.-]+\.js)"/.exec((await get('')).body.toString()) ?? [];
  const plain = await get(path);
  expect(plain.headers.get('cache-control')).toContain('immutable');
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br' });
  expect(brotli.headers.get('content-encoding')).toBe('br');
  expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
  const gzip = await get(path, { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
  expect(gzip.headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
  const again = await get(path, { 'if-none-match': plain.headers.get('etag') ?? '' });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});
