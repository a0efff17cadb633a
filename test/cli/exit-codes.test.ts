import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, cliProcess } from './server/cli.ts';
import { type Answer, ControlPlane, problem } from './server/control-plane.ts';
import { Life } from './server/life.ts';

let plane: ControlPlane;
beforeAll(async () => {
  plane = await new ControlPlane().start();
});
afterAll(() => plane.stop());

const invalid = problem(400, 'Invalid request', undefined, {
  errors: [
    { path: 'languages[1]', message: 'must be a language' },
    { path: 'ttl', message: 'must be at most 7d' },
  ],
});
const html: Answer = { status: 502, text: '<html><body><h1>Bad gateway</h1></body></html>' };

describe('exit codes', () => {
  it.each<[number, string, Answer, string]>([
    [0, 'an answer', { json: { event: 'congress', state: 'live', deploymentId: 'd' } }, ''],
    [1, 'a server error', problem(500, 'Broken', 'something broke'), 'Broken: something broke'],
    [1, 'a proxy that answers HTML', html, 'HTTP 502: Bad gateway'],
    [1, 'no sign-in', problem(401, 'Not signed in'), '--token'],
    [1, 'no role', problem(403, 'Not permitted'), 'lacks the role'],
    [1, 'something that is not JSON', { text: 'hello' }, 'did not answer with JSON'],
    [2, 'invalid input', invalid, 'languages[1]: must be a language'],
    [2, 'invalid input (all fields)', invalid, 'ttl: must be at most 7d'],
    [3, 'an unknown event', problem(404, 'No such event'), 'No such event'],
    [3, 'an event that is gone', problem(410, 'Gone'), 'certificate congress'],
    [4, 'a conflict', problem(409, 'Conflict', 'the event is tearing-down'), 'the event is tearing-down'],
    [5, 'a preflight that refuses', problem(422, 'Preflight refuses'), 'Preflight refuses'],
  ])('%i for %s', async (code, _, answer, message) => {
    plane.on('GET', '/api/status/congress', answer);
    const result = await cli(['status', 'congress', '--url', plane.url]);
    expect(result).toMatchObject({ code, err: expect.stringContaining(message) });
    if (code !== 0) expect(result.out).toBe('');
  });

  it.each([
    ['no command', [], 'Usage'],
    ['an unknown command', ['deplyo'], "did you mean 'deploy'?"],
    ['an unknown option', ['status', '--evnt', 'x'], "did you mean '--event'?"],
    ['a value that is no choice', ['status', '-o', 'xml'], 'must be one of table, json, yaml, none'],
    ['a URL that is none', ['status', 'x', '--url', 'localhost'], '--url: must be an http or https URL'],
    ['no event', ['teardown'], 'EVENT: is missing'],
    ['two events', ['teardown', 'a', '--event', 'b'], "was given twice: 'a' and 'b'"],
  ])('2 for %s', async (_, argv, message) => {
    expect(await cli(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });

  it('1 with one clear line when nothing answers', async () => {
    const dead = await new ControlPlane().start();
    const { url } = dead;
    await dead.stop();
    const { code, err } = await cli(['status', 'congress'], { env: { STREAM_CONTROL_URL: url } });
    expect(code).toBe(1);
    expect(err).toBe(
      `error: The control plane does not answer at ${url} (ECONNREFUSED)\n  hint: is 'stream-control serve' running? --url or STREAM_CONTROL_URL names another address\n`,
    );
  });

  it('waits out a 429 as long as it says and then goes on', async () => {
    let asked = 0;
    plane.on('GET', '/api/status/busy', () =>
      asked++ === 0
        ? { ...problem(429, 'Too many requests'), headers: { 'retry-after': '0' } }
        : { json: { event: 'busy', state: 'live', deploymentId: 'd' } },
    );
    expect((await cli(['status', 'busy', '--url', plane.url])).code).toBe(0);
    expect(asked).toBe(2);
  });

  it('sends --token as a bearer token, the option winning over the environment', async () => {
    plane.on('GET', '/api/status/t', ({ headers }) => ({
      json: { event: headers.authorization, state: 'live', deploymentId: 'd' },
    }));
    const env = { STREAM_CONTROL_TOKEN: 'from-env' };
    const argv = ['status', 't', '--url', plane.url, '-o', 'json'];
    expect((await cli(argv, { env })).out).toContain('Bearer from-env');
    expect((await cli([...argv, '--token', 'mine'], { env })).out).toContain('Bearer mine');
  });
});

describe('as a real process', () => {
  it('exits with the code and keeps result and progress apart', async () => {
    new Life(plane, 'real');
    const { code, out, err } = await cliProcess([
      'deploy',
      'real',
      '-o',
      'json',
      '--progress',
      'json',
      '--url',
      plane.url,
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ event: 'real', state: 'live' });
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type, id }) => type === 'node' && id === 'relay').map(({ state }) => state)).toEqual([
      'running',
      'done',
    ]);
    expect(lines.at(-1)).toMatchObject({ type: 'state', state: 'live', progress: 1 });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('130 on %s, saying that the deployment goes on', async (signal) => {
    const life = new Life(plane, 'slow');
    life.advance = () => life.status();
    let killed = false;
    const { code, err } = await cliProcess(['deploy', 'slow', '--url', plane.url], {
      onErr: (text, kill) => {
        if (killed || !text.includes('preflight')) return;
        killed = true;
        kill(signal);
      },
    });
    expect(code).toBe(130);
    expect(err).toContain("Interrupted: the deployment of 'slow' goes on");
    expect(plane.seen.filter(({ method, path }) => method === 'POST' && path === '/api/teardown')).toEqual([]);
  });

  it('3 for an unknown event', async () => {
    plane.on('GET', '/api/status/nobody', problem(404, 'No such event'));
    expect((await cliProcess(['status', 'nobody', '--url', plane.url])).code).toBe(3);
  });
});
