/** What the command line says to people: help on every way, what was meant, and never a word of the machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { cli } from './server/cli.ts';
import { ControlPlane, problem } from './server/control-plane.ts';

let plane: ControlPlane;
beforeEach(async () => {
  plane = await new ControlPlane().start();
});
afterEach(() => plane.stop());
const sc = (argv: string[], options = {}) => cli([...argv, '--url', plane.url], options);

const GROUPS = [...new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])))];

describe('help', () => {
  it.each(commands.map(({ name }) => name))('help %s is its --help', async (name) => {
    const words = name.split(' ');
    const [asked, flag] = await Promise.all([cli(['help', ...words]), cli([...words, '--help'])]);
    expect(asked).toEqual(flag);
    expect(asked).toMatchObject({ code: 0, err: '' });
  });
  it.each(GROUPS)('%s --help and help %s name what is in it', async (group) => {
    const inside = commands.filter(({ name }) => name.startsWith(`${group} `));
    for (const argv of [
      [group, '--help'],
      [group, '-h'],
      ['help', group],
      ['--help', group],
    ]) {
      const { code, out } = await cli(argv);
      expect(code, argv.join(' ')).toBe(0);
      for (const { name, summary } of inside) for (const text of [name, summary]) expect(out).toContain(text);
    }
  });
  it('version is --version; help alone is the overview; help of nothing known is wrong usage', async () => {
    const [version, flag] = [await cli(['version']), await cli(['--version'])];
    expect(version).toEqual(flag);
    expect(JSON.parse((await cli(['version', '-o', 'json'])).out)).toEqual({ version: version.out.trim() });
    expect((await cli(['help'])).out).toBe((await cli(['--help'])).out);
    expect(await cli(['help', 'deplyo'])).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean 'deploy'?"),
    });
  });
});

describe('options that every command takes', () => {
  it.each([
    [['-o', 'json', 'version']],
    [['--output=json', 'version']],
    [['--output', 'json', '--timeout', '5', 'version']],
    [['version', '-o', 'json']],
  ])('may stand before the command: %j', async (argv) => {
    expect(JSON.parse((await cli(argv)).out)).toHaveProperty('version');
  });
  it('are checked there too, and alone they are no command', async () => {
    expect(await cli(['-o', 'jsn', 'version'])).toMatchObject({ code: 2, err: expect.stringContaining('--output') });
    expect(await cli(['-o', 'json'])).toMatchObject({ code: 2, err: expect.stringContaining('-o') });
    expect(await cli(['-o'])).toMatchObject({ code: 2 });
    expect((await cli(['-o', 'json', '--help'])).out).toBe((await cli(['--help'])).out);
  });
});

it('a problem of a request as a whole is a line without a bare colon', async () => {
  plane.on('POST', '/api/events/congress/languages', () =>
    problem(400, 'Invalid request', 'names a language twice', {
      errors: [{ path: '', message: 'names a language twice' }],
    }),
  );
  const { code, err } = await sc(['languages', 'congress', '--add', 'x', '--remove', 'x']);
  expect(code).toBe(2);
  expect(err).toContain('\n  names a language twice\n');
});

describe('what was meant', () => {
  it.each([
    [['stauts', 'congress'], "did you mean 'status'?"],
    [['Deploy', 'congress'], "did you mean 'deploy'?"],
    [['teardwon'], "did you mean 'teardown'?"],
    [['template', 'lst'], "did you mean 'template list'?"],
    [['schedule', 'st', 'x'], "did you mean 'schedule set'?"],
    [['instances', 'terminat', 'x'], "did you mean 'instances terminate'?"],
    [['schedule'], "'schedule' needs one of: list, set, remove"],
    [['deploy', 'congress', '--langauges', 'a'], "did you mean '--languages'?"],
    [['deploy', 'congress', '--youtube-key=x'], "did you mean '--youtube-keys'?"],
    [['status', ''], 'EVENT: is empty'],
    [['status', '  '], 'EVENT: is empty'],
    [['status', '--event', ''], '--event: is empty'],
    [['teardown', '', '--confirm'], 'EVENT: is empty'],
    [['credentials', ''], 'EVENT: is empty'],
  ])('%j', async (argv, message) => {
    expect(await sc(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
    expect(plane.seen).toEqual([]);
  });
});

describe('hints', () => {
  it.each([
    ['GET', '/api/status/congress', ['status', 'congress']],
    ['POST', '/api/events/congress/pause', ['pause', 'congress']],
    ['POST', '/api/teardown', ['teardown', 'congress', '--confirm']],
    ['POST', '/api/deploy', ['deploy', 'congress']],
  ] as const)('name the event, never the word EVENT: %s %s', async (method, path, argv) => {
    for (const status of [404, 409, 410]) {
      plane.on(method, path, problem(status, 'No'));
      const { err } = await sc([...argv]);
      expect(err).not.toMatch(/\bEVENT\b/);
      if (status !== 404) expect(err).toContain("congress'");
    }
  });
});

describe('what cannot be undone', () => {
  const path = '/runtime/webhooks/durabletask/instances/:id';
  it.each([
    ['terminate', 'POST', `${path}/terminate`],
    ['purge', 'DELETE', path],
  ] as const)('instances %s asks, or wants --yes', async (verb, method, route) => {
    plane.on(method, route, { status: method === 'POST' ? 202 : 200, json: { instancesDeleted: 1 } });
    const argv = ['instances', verb, 'event-congress'];
    expect(await sc(argv)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    for (const no of ['', 'n', 'what']) expect(await sc(argv, { answers: [no] })).toMatchObject({ code: 2 });
    expect(plane.seen).toEqual([]);
    for (const options of [{ answers: ['y'] }, { answers: ['Yes'] }])
      expect(await sc(argv, options)).toMatchObject({ code: 0 });
    for (const flag of ['--yes', '-y', '--confirm']) expect(await sc([...argv, flag])).toMatchObject({ code: 0 });
  });
});

describe('tables', () => {
  it('metrics: relay and slides side by side, no JSON', async () => {
    const health = { input: { connected: true, bitrate: 5 }, source: 'programme', callers: 3 };
    plane.on('GET', '/api/events/congress/metrics', {
      json: { relay: { healthy: true, health }, slides: { healthy: false, reason: 'no answer' }, mixers: [] },
    });
    const { out } = await sc(['metrics', 'congress']);
    expect(out).not.toMatch(/[{}"]/);
    expect(out).toMatch(/health\.input\.bitrate +5 +-/);
    expect(out).toMatch(/reason +- +no answer/);
  });
  it('remediate --dry-run', async () => {
    plane.on('POST', '/api/events/congress/remediate', {
      json: { event: 'congress', component: 'relay', wouldBe: 'refused', reason: 'relay is healthy' },
    });
    const { out } = await sc(['remediate', 'congress', 'relay', '--dry-run']);
    expect(out).not.toMatch(/[{}"]/);
    expect(out).toMatch(/would be +refused\nreason +relay is healthy/);
  });
  it('times are in one format everywhere', async () => {
    const at = '2026-11-22T09:00:00.123Z';
    plane.on('GET', '/api/events/congress/journal', { json: { entries: [{ at, code: 'state', text: 'x' }] } });
    plane.on('GET', '/runtime/webhooks/durabletask/instances', {
      json: [
        {
          name: 'n',
          instanceId: 'i',
          runtimeStatus: 'Running',
          createdTime: '2026-11-22T09:00:00Z',
          lastUpdatedTime: at,
        },
      ],
    });
    plane.on('GET', '/api/events/congress/certificate', {
      json: {
        event: 'congress',
        acceptedAt: at,
        liveAt: at,
        endedAt: at,
        resources: [{ name: 'a', createdAt: at, removedAt: at }],
      },
    });
    for (const argv of [['journal', 'congress'], ['instances'], ['certificate', 'congress']]) {
      const { out } = await sc(argv);
      expect(out).toContain('2026-11-22T09:00:00Z');
      expect(out).not.toMatch(/\d\d:\d\d:\d\d\.\d/);
      expect(out.replaceAll('2026-11-22T09:00:00Z', '')).not.toMatch(/\d\d:\d\d/);
    }
  });
});

describe('a server that never answers', () => {
  it.each([
    ['no head', false],
    ['a head and no body', true],
  ])('ends after the stated time: %s', async (_, head) => {
    const server = createServer((_request, response) => {
      if (head) response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect(await cli(['status', 'congress', '--url', url, '--timeout', '0.3'])).toMatchObject({
        code: 1,
        err: expect.stringContaining(`The control plane at ${url} did not answer within 0.3 s`),
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
