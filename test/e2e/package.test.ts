/** `npm run package`, unpacked elsewhere and booted by the local host: a load error would look like an app without functions. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadOnce } from '../../bench/coldstart/loading.ts';
import { packageInto } from './packaged.ts';
import { request, Server, until } from './process.ts';
import { ROOT, runCli, type SimResource } from './stack.ts';

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), 'stream-control-package-'));
const app = join(home, 'app');
const simulator = new Server();
const host = new Server();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  packageInto(app);
  const data = (name: string) => ['--data', join(home, name)];
  await simulator.start(
    join(ROOT, 'dist/local/fleet/main.js'),
    ['--port', '0', '--time-scale', '600', ...data('azure')],
    /^simulator ready on (\S+)/,
  );
  const port = await freePort();
  const sample = JSON.parse(readFileSync(join(ROOT, 'local.settings.sample.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  const { AzureWebJobsStorage: _, ...values } = sample.Values;
  const env = {
    PATH: process.env.PATH,
    ...values,
    SIM_URL: simulator.url,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    TIME_SCALE: '600',
  };
  const flags = ['--app', app, '--port', `${port}`, ...data('host')];
  await host.start(join(ROOT, 'dist/local/host/main.js'), flags, /^host ready on (\S+)/, env);
}, 120_000);
afterAll(async () => {
  await host.kill();
  await simulator.kill();
  rmSync(home, { recursive: true, force: true });
});

test('every function of the unbundled app is there', async () => {
  const { json } = await request<{ name: string }[]>('GET', `${host.url}/admin/functions`);
  const expected = loadOnce(ROOT).functions;
  expect(expected.length).toBeGreaterThan(50);
  expect(json.map(({ name }) => name).sort()).toEqual(expected);
});

test('it is well', async () => {
  const { status, json } = await request<{ status: string }>('GET', `${host.url}/api/health`);
  expect({ status, json }).toMatchObject({ status: 200, json: { status: 'ok' } });
});

test('the identity of a Function App gives tokens: that package is loaded late, and here nowhere else', async () => {
  const endpoint = createHttpServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const expires_on = Math.floor(Date.now() / 1000) + 3600;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ access_token: `for ${searchParams.get('resource')}`, expires_on, token_type: 'Bearer' }),
    );
  }).listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const sdk = readdirSync(join(app, 'dist')).find((file) => /^sdk-\w+\.js$/.test(file)) ?? '';
  const asks = `const { createClients } = await import(process.argv[1]);
    const { credential } = createClients({ cloud: 'azure' }, '00000000-0000-0000-0000-000000000001');
    console.log((await credential.getToken('https://management.azure.com/.default')).token);`;
  const env = {
    IDENTITY_ENDPOINT: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`,
    IDENTITY_HEADER: 'secret',
  };
  const url = pathToFileURL(join(app, 'dist', sdk)).href;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', asks, url], { env });
  endpoint.close();
  expect(stdout.trim()).toBe('for https://management.azure.com');
});

test('an event becomes LIVE and is gone again', async () => {
  const cli = (...line: string[]) => runCli(line, { STREAM_CONTROL_URL: host.url });
  const deployed = await cli('deploy', '--event', 'zipped', '--languages', 'original', '--ttl', '1h', '-o', 'json');
  expect(deployed.code, deployed.err + host.log).toBe(0);
  const state = async () => (await request<{ state: string }>('GET', `${host.url}/api/status/zipped`)).json.state;
  expect(await state()).toBe('live');
  const gone = await cli('teardown', 'zipped', '--confirm');
  expect(gone.code, gone.err + host.log).toBe(0);
  await until(async () => ((await state()) === 'gone' ? true : undefined));
  const { json } = await request<{ resources: SimResource[] }>('GET', `${simulator.url}/_sim/resources`);
  expect(json.resources).toEqual([]);
}, 120_000);
