import { mkdtempSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost, type Host, type HostOptions } from '../../../local/host/host.ts';

const apps = join(import.meta.dirname, 'apps');
const folder = () => mkdtempSync(join(tmpdir(), 'host-'));
const lines: string[] = [];
const noEngine = () => {
  throw new Error('this app has no durable functions');
};
const hosts: Host[] = [];
async function started(app: string, more: Partial<HostOptions> = {}): Promise<Host> {
  const host = createHost({
    appDir: join(apps, app),
    dataDir: folder(),
    engine: noEngine,
    log: (level, category, message) => lines.push(`${level} ${category} ${message}`),
    ...more,
  });
  hosts.push(host);
  await host.start();
  return host;
}
const get = (host: Host, path: string, init?: RequestInit) => host.fetch(new Request(`http://localhost${path}`, init));

describe('requests and answers', () => {
  let host: Host;
  beforeAll(async () => {
    process.env.FROM_BOTH = 'environment';
    host = await started('http', { settings: (origin) => ({ GIVEN: origin }) });
  });
  afterAll(() => Promise.all(hosts.map((one) => one.stop())));

  test('a request arrives whole', async () => {
    const answer = await get(host, '/api/ECHO/7?a=1&a=2&b=x%20y', {
      method: 'POST',
      body: new Uint8Array([0, 200]),
      headers: { 'X-Test': 'h' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toEqual({
      method: 'POST',
      url: 'http://localhost/api/ECHO/7?a=1&a=2&b=x%20y',
      params: { id: '7' },
      query: { a: '1,2', b: 'x y' },
      header: 'h',
      bytes: [0, 200],
    });
  });

  test.each([
    ['/api/echo', 200, { params: {} }],
    ['/api/echo/', 200, { params: {} }],
    ['/api/files/f/a/b%20c', 200, { folder: 'f', path: 'a/b c' }],
    ['/api/files/f', 200, { folder: 'f' }],
  ])('GET %s matches', async (path, status, body) => {
    const answer = await get(host, path);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject(body);
  });

  test.each([
    ['GET', '/api/echo/x'],
    ['DELETE', '/api/echo/1'],
    ['OPTIONS', '/api/json'],
    ['GET', '/api/unknown'],
    ['GET', '/api/off'],
    ['GET', '/runtime/webhooks/other'],
  ])('%s %s is an empty 404', async (method, path) => {
    const answer = await get(host, path, { method });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  test.each([
    ['/api/named', 200, 'text/plain;charset=UTF-8', 'plain'],
    ['/api/json', 201, 'application/json', '{"a":1}'],
    ['/api/nothing', 204, null, ''],
    ['/api/none', 204, null, ''],
    ['/api/fails', 500, null, ''],
    ['/api/notObject', 500, null, ''],
  ])('%s answers %i', async (path, status, type, body) => {
    const answer = await get(host, path);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([status, type, body]);
  });

  test('bytes stay bytes', async () => {
    expect([...new Uint8Array(await (await get(host, '/api/bytes')).arrayBuffer())]).toEqual([0, 255, 1]);
  });

  test('cookies are written as ASP.NET Core writes them', async () => {
    expect((await get(host, '/api/cookies')).headers.getSetCookie()).toEqual([
      'a=x%20y; max-age=60; path=/; secure; samesite=lax; httponly',
      'b=2; expires=Tue, 01 Jan 2030 00:00:00 GMT; domain=example.org; path=/p; samesite=none',
    ]);
  });

  test('settings: the file, the environment before it, the caller before both', async () => {
    expect(await (await get(host, '/api/setting')).json()).toEqual({
      file: 'file',
      both: 'environment',
      given: host.origin,
      site: new URL(host.origin).host,
    });
  });

  test('log lines are the real host’s', () => {
    expect(
      lines.some((line) =>
        /^information Function\.json Executing 'Functions\.json' \(Reason='This function was programmatically called via the host APIs\.', Id=[-0-9a-f]{36}\)$/.test(
          line,
        ),
      ),
    ).toBe(true);
    expect(
      lines.some((line) =>
        /^error Function\.fails Executed 'Functions\.fails' \(Failed, Id=[-0-9a-f]{36}, Duration=\d+ms\)\nResult: Failure\nException: no\n/.test(
          line,
        ),
      ),
    ).toBe(true);
  });

  test('admin and home page', async () => {
    expect(await (await get(host, '/admin/host/status')).json()).toMatchObject({ state: 'Running' });
    expect((await get(host, '/')).headers.get('content-type')).toBe('text/html');
    process.env.AzureWebJobsDisableHomepage = 'true';
    expect((await get(host, '/')).status).toBe(204);
    delete process.env.AzureWebJobsDisableHomepage;
  });
});

describe('keys', () => {
  test('off on loopback', async () => {
    expect((await get(await started('http'), '/api/keyed')).status).toBe(200);
  });

  test.each([
    ['/api/keyed', undefined, 401],
    ['/api/keyed?code=wrong', undefined, 401],
    ['/api/keyed?code=f-key', undefined, 200],
    ['/api/keyed?code=d-key', undefined, 200],
    ['/api/keyed', 'm-key', 200],
    ['/api/mastered?code=d-key', undefined, 401],
    ['/api/mastered', 'm-key', 200],
    ['/api/json', undefined, 201],
    ['/admin/functions', undefined, 401],
    ['/admin/functions', 'm-key', 200],
    ['/runtime/webhooks/durabletask/instances/x', undefined, 401],
  ])('enforced: %s with header %s is %i', async (path, key, status) => {
    const host = await started('http', { enforceKeys: true });
    const answer = await get(host, path, { headers: key ? { 'x-functions-key': key } : {} });
    expect(answer.status).toBe(status);
    if (status === 401) expect([answer.headers.get('www-authenticate'), await answer.text()]).toEqual(['Bearer', '']);
  });
});

describe('routes', () => {
  test('are tried by function name, and what is shadowed is said', async () => {
    lines.length = 0;
    const host = await started('shadow');
    const name = async (path: string) => ((await (await get(host, path)).json()) as { name: string }).name;
    expect(await name('/api/deploy')).toBe('deploy');
    expect(await name('/api/status/x')).toBe('page');
    expect((await get(host, '/admin/host/status')).status).toBe(200);
    const warnings = lines.filter((line) => line.startsWith('warning'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /'api\/status\/\{id\}' of function 'status' is shadowed by '\{\*path\}' of function 'page'/,
    );
  });
});

describe('over a socket', () => {
  test('serves, drains on stop, then is gone', async () => {
    const host = createHost({ appDir: join(apps, 'http'), dataDir: folder(), engine: noEngine, log: () => {} });
    const port = await host.listen(0);
    expect((await fetch(`http://127.0.0.1:${port}/api/json`)).status).toBe(503);
    await host.start();
    const answer = await fetch(`http://127.0.0.1:${port}/api/json`);
    expect([answer.status, answer.headers.get('x-own'), await answer.text()]).toEqual([201, 'yes', '{"a":1}']);
    expect(process.env.WEBSITE_HOSTNAME).toBe(`localhost:${port}`);

    const entered = new Promise<void>((resolve) => {
      (globalThis as { slowStarted?: () => void }).slowStarted = resolve;
    });
    const slow = fetch(`http://127.0.0.1:${port}/api/slow`);
    await entered;
    const stopped = host.stop();
    await host.fetch(new Request('http://localhost/api/release'));
    expect(await (await slow).text()).toBe('late');
    await stopped;
    await expect(fetch(`http://127.0.0.1:${port}/api/json`)).rejects.toThrow();
  });

  test('a port in use is one clear line', async () => {
    const first = createHost({ appDir: join(apps, 'http'), dataDir: folder(), engine: noEngine, log: () => {} });
    const port = await first.listen(0);
    const second = createHost({ appDir: join(apps, 'http'), dataDir: folder(), engine: noEngine, log: () => {} });
    await expect(second.listen(port)).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port} as it is in use: choose another with --port`,
    );
    await first.stop();
  });
});

test('a connection is told of only where it ends, as Kestrel does', async () => {
  const host = await started('http');
  const port = await host.listen(0).catch(() => 0);
  expect(port).toBeGreaterThan(0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (headers: Record<string, string> = {}) =>
    new Promise<{ headers: IncomingHttpHeaders; port: number | undefined }>((resolve, reject) => {
      const call = request({ port, path: '/api/echo', agent, headers }, (answer) => {
        const { localPort } = answer.socket;
        answer.resume().on('end', () => resolve({ headers: answer.headers, port: localPort }));
      });
      call.on('error', reject).end();
    });
  const first = await ask();
  const second = await ask();
  expect(second.port).toBe(first.port);
  for (const { headers } of [first, second]) {
    expect(headers).not.toHaveProperty('connection');
    expect(headers).not.toHaveProperty('keep-alive');
  }
  expect((await ask({ connection: 'close' })).headers.connection).toBe('close');
  agent.destroy();
});
