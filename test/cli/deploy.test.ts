import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli } from './server/cli.ts';
import { ControlPlane, problem } from './server/control-plane.ts';
import { Life, UP } from './server/life.ts';

let plane: ControlPlane;
let folder: string;
beforeEach(async () => {
  plane = await new ControlPlane().start();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(async () => {
  await plane.stop();
  rmSync(folder, { recursive: true });
});
const deploy = (argv: string[], options = {}) => cli(['deploy', ...argv, '--url', plane.url], options);
const sent = () => plane.seen.find(({ path }) => path === '/api/deploy')?.body as Record<string, unknown>;

describe('deploy', () => {
  it('follows to LIVE and prints what an operator needs, once, on stdout', async () => {
    new Life(plane);
    const { code, out, err } = await deploy(['--event', 'congress']);
    expect(code).toBe(0);
    expect(out).toContain('srt://relay.example:9998');
    expect(out).toMatch(/^mixer|MIXER +HOST/m);
    expect(err).toMatch(/mixer-french +running/);
    expect(err).toMatch(/mixer-french +done in 8 s/);
    expect(err.match(/relay +done/g)).toHaveLength(1);
    expect(err).toMatch(/congress +live, 100 %/);
  });

  it('sends every option as the contract names it', async () => {
    new Life(plane);
    const argv =
      'congress --no-wait --title T --env staging --template multilingual --languages a,b --ttl 6h --region westeurope --regions westeurope,northeurope --vm-sizes S1,S2 --starts-at 2027-01-01T10:00:00Z --operator-cidrs 10.0.0.0/8 --exposure public --budget 20:end --keep-on-failure -p fps=30 -p preset=fast --plan-hash abc';
    expect((await deploy(argv.split(' '))).code).toBe(0);
    expect(sent()).toEqual({
      event: 'congress',
      title: 'T',
      environment: 'staging',
      template: 'multilingual',
      languages: ['a', 'b'],
      ttl: '6h',
      region: 'westeurope',
      regions: ['westeurope', 'northeurope'],
      vmSizes: ['S1', 'S2'],
      startsAt: '2027-01-01T10:00:00Z',
      operatorCidrs: ['10.0.0.0/8'],
      exposure: 'public',
      budget: { amount: 20, action: 'end' },
      keepOnFailure: true,
      parameters: { fps: 30, preset: 'fast' },
      planHash: 'abc',
    });
  });

  it('leaves out what was not given, so that the control plane keeps its defaults', async () => {
    new Life(plane);
    await deploy(['congress', '--no-wait']);
    expect(sent()).toEqual({ event: 'congress' });
  });

  it.each([
    ['json object', '{"original": "k-1", "french": "k-2"}', { original: 'k-1', french: 'k-2' }],
    ['json list', '["k-1", "k-2"]', ['k-1', 'k-2']],
    ['name=key lines', '# Sunday\noriginal = k-1\nfrench: "k-2"\n', { original: 'k-1', french: 'k-2' }],
    ['lines', 'k-1\n\nk-2\n', ['k-1', 'k-2']],
  ])('reads stream keys from a file and from stdin: %s', async (_, text, keys) => {
    new Life(plane);
    const path = join(folder, 'keys');
    writeFileSync(path, text);
    const argv = ['congress', '--no-wait', '--languages', 'original,french', '--youtube-keys'];
    const file = await deploy([...argv, path]);
    const stdin = await deploy([...argv, '-'], { stdin: text });
    expect([file.code, stdin.code]).toEqual([0, 0]);
    expect(file.err).not.toContain('Warning');
    const bodies = plane.seen
      .filter(({ path }) => path === '/api/deploy')
      .map(({ body }) => body as { youtubeKeys: unknown });
    expect(bodies.map(({ youtubeKeys }) => youtubeKeys)).toEqual([keys, keys]);
  });

  it('asks for keys without showing them, and warns about keys on the command line', async () => {
    new Life(plane);
    const asked = await deploy(['congress', '--no-wait', '-l', 'original,french', '--youtube-keys', 'prompt'], {
      secrets: ['k-1', 'k-2'],
    });
    expect(sent().youtubeKeys).toEqual({ original: 'k-1', french: 'k-2' });
    expect(asked.err + asked.out).not.toContain('k-1');
    const given = await deploy(['congress', '--no-wait', '--youtube-keys', 'k-1,k-2,k-3']);
    expect(given.err).toContain('shell history');
    expect(given.code).toBe(0);
  });

  it.each([
    ['a missing file', ['--youtube-keys', './no/such.txt'], "there is no file './no/such.txt'"],
    ['an empty file', ['--youtube-keys', '-'], 'it is empty'],
    ['no languages to ask for', ['--youtube-keys', 'prompt'], 'no languages to ask for'],
    ['a bad parameter', ['-p', 'x'], '--parameter must be NAME=VALUE'],
    ['a bad budget', ['--budget', 'x'], '--budget: must be like 20'],
    ['two names', ['other', 'third'], 'third: is one argument too many'],
    ['a bad request file', ['-f', '/no/such'], "Cannot read the request file '/no/such'"],
  ])('refuses %s with exit code 2 before anything is sent', async (_, argv, message) => {
    const { code, err } = await deploy(['congress', ...argv]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    expect(plane.seen).toEqual([]);
  });

  it('takes a request from a file, options winning', async () => {
    new Life(plane);
    const path = join(folder, 'request.yaml');
    writeFileSync(path, 'event: congress\nttl: 6h\nlanguages: [original]\n');
    expect((await deploy(['-f', path, '--ttl', '8h', '--no-wait'])).code).toBe(0);
    expect(sent()).toEqual({ event: 'congress', ttl: '8h', languages: ['original'] });
  });

  it('never shows a key in an error', async () => {
    const secret = 'abcd-SECRET';
    for (const stdin of [`{"french": "${secret}`, `french=${secret}\n${secret}`, `{"french": ["${secret}"]}`]) {
      const { code, out, err } = await deploy(['congress', '--youtube-keys', '-'], { stdin });
      expect(code).toBe(2);
      expect(out + err).not.toContain(secret);
    }
  });

  it("reports a failed deployment with Azure's words and what to do: exit code 1", async () => {
    const error = {
      class: 'capacity',
      code: 'AllocationFailed',
      message: 'We do not have sufficient capacity',
      resource: 'mixer-french',
      consequence: 'Everything made was removed',
      advice: 'try another region',
    };
    new Life(plane, 'congress', [
      ...UP.slice(0, 3),
      { state: 'rolling-back', nodes: 'ddf' },
      { state: 'failed', nodes: 'ddf', error },
    ]);
    const { code, err, out } = await deploy(['congress']);
    expect(code).toBe(1);
    expect(err).toContain('mixer-french: AllocationFailed: We do not have sufficient capacity');
    expect(err).toContain('Everything made was removed');
    expect(err).toContain('hint: try another region');
    expect(out).toBe('');
  });

  it('is exit code 5 when preflight refuses, at the door or after it', async () => {
    plane.on('POST', '/api/deploy', problem(422, 'Preflight refuses', 'no quota'));
    expect((await deploy(['congress'])).code).toBe(5);
    new Life(plane, 'congress', [{ state: 'failed', nodes: 'www', error: { node: 'preflight', message: 'no quota' } }]);
    expect((await deploy(['congress'])).code).toBe(5);
  });

  it('survives a control plane that restarts while it is followed', async () => {
    const life = new Life(plane);
    let down = false;
    life.before = (step) => {
      if (step !== 2 || down) return;
      down = true;
      void plane.stop();
    };
    let restarted = false;
    const onErr = (err: string) => {
      if (restarted || !err.includes('trying again')) return;
      restarted = true;
      void plane.start();
    };
    const { code, err } = await deploy(['congress'], { onErr });
    expect(code).toBe(0);
    expect(restarted).toBe(true);
    expect(err).toContain('the deployment goes on');
    expect(err).toContain('answers again');
  });

  it('repeats a deploy whose answer was lost under the same Idempotency-Key', async () => {
    const life = new Life(plane);
    let lost = 0;
    plane.on('POST', '/api/deploy', () =>
      lost++ === 0
        ? { destroy: true }
        : {
            status: 202,
            json: { operationId: 'o', event: 'congress', deploymentId: life.deploymentId, statusUrl: 'u' },
          },
    );
    expect((await deploy(['congress', '--no-wait'])).code).toBe(0);
    const keys = plane.seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
  });
});
