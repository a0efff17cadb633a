import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cli } from './server/cli.ts';
import { type Answer, ControlPlane, problem } from './server/control-plane.ts';
import { Life, UP } from './server/life.ts';

let plane: ControlPlane;
beforeEach(async () => {
  plane = await new ControlPlane().start();
});
afterEach(() => plane.stop());
const sc = (line: string, options = {}) => cli([...line.split(' '), '--url', plane.url], options);
const sentTo = (path: string) => plane.seen.find((seen) => seen.method === 'POST' && seen.path === path)?.body;
const operation = (outcome: string, reason?: string): Answer => ({
  json: { operationId: 'o', command: 'extend', event: 'congress', outcome, reason, at: null },
});
const accepted: Answer = {
  status: 202,
  json: { operationId: 'o', event: 'congress', deploymentId: 'congress-k-0123456789', statusUrl: 'u' },
};

describe('changes', () => {
  it.each<[string, string, unknown]>([
    ['extend congress --ttl 36h', '/api/events/congress/extend', { ttl: '36h' }],
    ['extend congress --until 2026-11-23T02:00:00Z', '/api/events/congress/extend', { until: '2026-11-23T02:00:00Z' }],
    [
      'languages congress --add german,polish --remove french',
      '/api/events/congress/languages',
      { add: ['german', 'polish'], remove: ['french'] },
    ],
    ['pause congress', '/api/events/congress/pause', {}],
    ['resume --event congress', '/api/events/congress/resume', {}],
    [
      'remediate congress mixer-french --rung restart',
      '/api/events/congress/remediate',
      { component: 'mixer-french', rung: 'restart' },
    ],
  ])('%s', async (line, path, body) => {
    new Life(
      plane,
      'congress',
      [UP[4] ?? UP[0]].flatMap((step) => step ?? []),
    );
    plane.on('POST', path, accepted).on('GET', '/api/operations/:id', operation('done'));
    const { code, out } = await sc(line);
    expect({ code, body: sentTo(path) }).toEqual({ code: 0, body });
    expect(out).toContain('of congress: done');
  });

  it('waits for the outcome; refused is a conflict, failed is 1', async () => {
    const life = new Life(plane);
    life.step = 4;
    for (const [outcome, code] of [
      ['refused', 4],
      ['failed', 1],
    ] as const) {
      let looks = 0;
      plane
        .on('POST', '/api/events/congress/extend', accepted)
        .on('GET', '/api/operations/:id', () => operation(looks++ === 0 ? 'pending' : outcome, 'it is tearing down'));
      const result = await sc('extend congress --ttl 36h');
      expect(result).toMatchObject({ code, err: expect.stringContaining('it is tearing down') });
      expect(looks).toBe(2);
    }
  });

  it('repeats a change whose answer was lost under one key, and waits for a control plane that restarts', async () => {
    const life = new Life(plane);
    life.step = 4;
    let sent = 0;
    let looks = 0;
    plane
      .on('POST', '/api/events/congress/extend', () => (sent++ === 0 ? { destroy: true } : accepted))
      .on('GET', '/api/operations/:id', () => {
        if (looks++ === 0) void plane.stop();
        return operation(looks < 3 ? 'pending' : 'done');
      });
    let back = false;
    const onErr = (err: string) => {
      if (back || !err.includes('trying again')) return;
      back = true;
      void plane.start();
    };
    const { code, err } = await sc('extend congress --ttl 36h', { onErr });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('answers again') });
    const keys = plane.seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('does not wait with --no-wait, and shows a dry run as it is', async () => {
    plane.on('POST', '/api/events/congress/extend', accepted);
    expect((await sc('extend congress --ttl 36h --no-wait')).code).toBe(0);
    plane.on('POST', '/api/events/congress/remediate', { json: { component: 'relay', rung: 'restart' } });
    const { code, out } = await sc('remediate congress relay --dry-run -o json');
    expect({ code, answer: JSON.parse(out) }).toEqual({ code: 0, answer: { component: 'relay', rung: 'restart' } });
    expect(plane.seen.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  it.each([
    'extend congress',
    'extend congress --ttl 1h --until x',
    'languages congress',
    'remediate congress',
    'remediate congress relay --rung hammer',
  ])('refuses %s before anything is sent', async (line) => {
    expect((await sc(line)).code).toBe(2);
    expect(plane.seen).toEqual([]);
  });
});

describe('lists', () => {
  const page = (name: string, continuationToken?: string) => ({
    events: [{ event: name, state: 'live', deploymentId: 'd', expiresAt: '2026-11-23T02:00:00Z' }],
    continuationToken,
  });

  it('reads every page', async () => {
    plane.on('GET', '/api/events', ({ query }) => ({
      json: query.get('continuationToken') ? page('second') : page('first', 't'),
    }));
    const { code, out } = await sc('list --state live -o json');
    expect(code).toBe(0);
    expect(JSON.parse(out).map(({ event }: { event: string }) => event)).toEqual(['first', 'second']);
    expect(plane.seen[0]?.query.get('state')).toBe('live');
    expect((await sc('status')).out).toMatch(/^EVENT +STATE/);
  });

  it('says what to do when there is none', async () => {
    plane.on('GET', '/api/events', { json: { events: [] } });
    expect((await sc('list')).out).toContain('deploy --event NAME');
    await sc('list --past');
    expect(plane.seen.at(-1)?.query.get('past')).toBe('true');
  });
});

describe('formats', () => {
  const answer = { event: 'congress', state: 'live', deploymentId: 'd', languages: ['a', 'b'] };
  it.each<[string, (out: string) => unknown]>([
    ['json', JSON.parse],
    ['yaml', parse],
  ])('%s is the answer as it came', async (format, read) => {
    plane.on('GET', '/api/status/congress', { json: answer });
    expect(read((await sc(`status congress -o ${format}`)).out)).toEqual(answer);
  });
  it('none is nothing', async () => {
    plane.on('GET', '/api/status/congress', { json: answer });
    expect(await sc('status congress -o none')).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('plan', () => {
  const plan = (outcome: string) => ({
    nodes: [
      { id: 'vnet', kind: 'Microsoft.Network/virtualNetworks', expectedSeconds: 5, dependsOn: ['resource-group'] },
    ],
    edges: [],
    criticalPathSeconds: 185,
    cost: { perHour: 0.8312, perEvent: 19.9, currency: 'USD' },
    checks: [{ name: 'names', outcome, detail: 'free' }],
    hash: 'abc',
  });
  it('shows graph, time, cost, checks and the hash to deploy with', async () => {
    plane.on('POST', '/api/plan', { json: plan('warn') });
    const { code, out } = await sc('plan congress --languages a,b');
    expect(code).toBe(0);
    for (const text of [
      'vnet',
      'about 3 min 5 s',
      'USD 0.8312',
      'USD 19.90',
      'names',
      'deploy congress --plan-hash abc',
    ])
      expect(out).toContain(text);
    expect(sentTo('/api/plan')).toEqual({ event: 'congress', languages: ['a', 'b'] });
  });
  it.each([
    ['learned', 12, 'about 3 min 20 s, nearly always within 6 min 40 s (learned from 12 runs)'],
    ['prior', 2, '(estimated; 5 runs are needed to learn)'],
  ])('says on what its time to ready rests: %s', async (source, runs, expected) => {
    const readySeconds = { p50: 200, p95: 400, runs, source };
    plane.on('POST', '/api/plan', { json: { ...plan('pass'), readySeconds } });
    expect((await sc('plan congress')).out).toContain(expected);
  });
  it('is 5 when a check fails', async () => {
    plane.on('POST', '/api/plan', { json: plan('fail') });
    expect((await sc('plan congress')).code).toBe(5);
  });
});

describe('mixers, schedules, reaper', () => {
  it.each<[string, string, string, unknown]>([
    [
      'streaming congress off -l french',
      'POST',
      '/api/events/congress/streaming',
      { streaming: false, languages: ['french'] },
    ],
    ['streaming congress on', 'POST', '/api/events/congress/streaming', { streaming: true }],
    ['keys congress --youtube-keys -', 'POST', '/api/events/congress/keys', { youtubeKeys: { french: 'k-1' } }],
    ['metrics congress', 'GET', '/api/events/congress/metrics', undefined],
    [
      'schedule set sunday --days sunday --at 09:30 --time-zone Europe/Zurich --ttl 6h',
      'POST',
      '/api/schedules',
      {
        name: 'sunday',
        days: ['sunday'],
        at: '09:30',
        timeZone: 'Europe/Zurich',
        request: { event: 'sunday', ttl: '6h' },
      },
    ],
    ['schedule remove sunday', 'DELETE', '/api/schedules/sunday', undefined],
    ['reaper', 'GET', '/api/reaper', undefined],
    ['reaper --run', 'POST', '/api/reaper', {}],
  ])('%s', async (line, method, path, body) => {
    const answer = {
      event: 'congress',
      languages: ['french'],
      days: [],
      request: {},
      scanned: 1,
      managed: 1,
      reaped: [],
      kept: [],
      secrets: [],
    };
    plane.on(method, path, { json: answer });
    expect((await sc(line, { stdin: 'french=k-1' })).code).toBe(0);
    expect(plane.seen.map((seen) => [seen.method, seen.path, seen.body])).toEqual([[method, path, body]]);
  });

  it('schedule set names every option that is missing; a reaper that refuses is a failure', async () => {
    const { code, err } = await sc('schedule set sunday --at 09:30');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/--days: is missing\n +--time-zone: is missing/),
    });
    const report = { scanned: 30, managed: 30, reaped: [], kept: [], secrets: [], refused: '25 groups would go' };
    plane.on('GET', '/api/reaper', { json: report });
    expect(await sc('reaper')).toMatchObject({
      code: 1,
      out: expect.stringContaining('Refused to delete: 25 groups would go'),
    });
  });
});

describe('schedule list', () => {
  it('says what came of the latest occurrence', async () => {
    const rule = {
      days: ['sunday'],
      at: '09:30',
      timeZone: 'UTC',
      paused: false,
      ahead: '24h',
      next: null,
      request: {},
    };
    const occurrence = '2026-11-22T09:30:00.000Z';
    const lasts = [null, { missed: true, problem: 'it was away' }, { deploymentId: 'x', late: true }];
    const schedules = lasts.map((last, index) => ({
      ...rule,
      name: `s${index}`,
      last: last && { occurrence, ...last },
    }));
    plane.on('GET', '/api/schedules', { json: { schedules } });
    expect((await sc('schedule list')).out).toMatch(/s0 .*-\n.*s1 .*missed .*: it was away\n.*s2 .*late /s);
  });
});

describe('another server', () => {
  it('a route that does not exist there is not an unknown event', async () => {
    plane.on('GET', '/api/status/congress', { status: 404, text: '' });
    expect(await sc('status congress')).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no /api/status/congress at'),
    });
  });
});

describe('documents', () => {
  it('logs: the last lines of each component', async () => {
    plane.on('GET', '/api/events/congress/logs', { json: { logs: [{ component: 'relay', text: 'a\nb\nc\n' }] } });
    expect((await sc('logs congress --tail 2')).out).toBe('== relay\nb\nc\n');
  });

  it('cost: amounts with their currency', async () => {
    plane.on('GET', '/api/events/congress/cost', {
      json: { currency: 'USD', perHour: 0.8, soFar: 1.5, budget: { amount: 20, action: 'end' } },
    });
    expect((await sc('cost congress')).out).toMatch(
      /per hour +USD 0\.8000\nso far +USD 1\.5000\nbudget +USD 20\.00, then end/,
    );
  });

  it('credentials: all, or one language', async () => {
    const mixers = [
      { language: 'french', password: 'f' },
      { language: 'spanish', password: 's' },
    ];
    plane.on('GET', '/api/events/congress/credentials', { json: { srtUrl: 'srt://x?passphrase=p', mixers } });
    expect((await sc('credentials congress')).out).toContain('passphrase=p');
    plane.on('GET', '/api/events/congress/credentials', { json: { mixers: mixers.slice(0, 1) } });
    const one = JSON.parse((await sc('credentials congress french -o json')).out);
    expect(one.mixers).toEqual([{ language: 'french', password: 'f' }]);
    // The other languages are not even asked for.
    expect(plane.seen.at(-1)?.query.get('language')).toBe('french');
  });

  it('template validate sends the file and shows every problem', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cli-'));
    const path = join(folder, 't.yaml');
    writeFileSync(path, 'name: x\n');
    plane.on(
      'POST',
      '/api/templates/validate',
      problem(400, 'Invalid template', undefined, { errors: [{ path: 'version', message: 'is required' }] }),
    );
    expect(await sc(`template validate ${path}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('version: is required'),
    });
    expect(sentTo('/api/templates/validate')).toEqual({ template: 'name: x\n' });
    expect(await sc('template validate /no/such.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('/no/such.yaml'),
    });
    rmSync(folder, { recursive: true });
  });

  it('a group without its second word lists them', async () => {
    expect(await sc('template')).toMatchObject({ code: 2, err: expect.stringContaining('list, show, validate') });
  });
});

describe('watch', () => {
  it('ends with the event: 0 when it is gone', async () => {
    new Life(plane, 'congress', [
      { state: 'tearing-down', nodes: 'ddd' },
      { state: 'gone', nodes: 'ddd' },
    ]);
    const { code, err } = await sc('watch congress --progress plain');
    expect(code).toBe(0);
    expect(err).toMatch(/congress +tearing-down/);
  });
});

describe('doctor', () => {
  it('says that something is wrong where it may not be told what', async () => {
    plane.on('GET', '/api/health', { json: { status: 'degraded' } });
    const { code, out } = await sc('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^fail +trouble +it says that it is degraded, and not why$/m);
  });

  it('skips what needs the control plane when that does not answer, and says what to do', async () => {
    await plane.stop();
    const { code, out } = await sc('doctor -o json');
    const outcomes = Object.fromEntries(
      JSON.parse(out).map(({ name, outcome }: Record<string, string>) => [name, outcome]),
    );
    expect({ code, outcomes }).toEqual({
      code: 1,
      outcomes: {
        node: 'pass',
        'control plane': 'fail',
        'sign-in': 'skipped',
        templates: 'skipped',
        orchestrations: 'skipped',
      },
    });
    await plane.start();
  });

  it('reports what works, what failed, and what to do', async () => {
    plane
      .on('GET', '/api/health', {
        json: {
          status: 'degraded',
          troubles: ['/data/durable.db cannot be written: the disk is full\u001b[2J'],
          cloud: 'simulator',
          timeScale: 60,
          checks: [
            { name: 'key vault', outcome: 'fail', detail: 'Forbidden', advice: 'give it the role' },
            { name: 'Teams', outcome: 'warn', detail: 'no workflow', advice: 'set TEAMS_WORKFLOW_URL' },
          ],
        },
      })
      .on('GET', '/api/events', problem(403, 'Not permitted'))
      .on('GET', '/api/templates', { json: { templates: [{ name: 'multilingual' }] } })
      .on('GET', '/runtime/webhooks/durabletask/instances', { json: [{ instanceId: 'x-1', runtimeStatus: 'Failed' }] });
    const { code, out } = await sc('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^pass +settings +cloud simulator, timeScale 60$/m);
    expect(out).toMatch(/^fail +trouble +\/data\/durable.db cannot be written: the disk is full$/m);
    expect(out).toMatch(/^fail +key vault +Forbidden\n +what to do: give it the role$/m);
    expect(out).toMatch(/^warn +Teams +no workflow\n +what to do: set TEAMS_WORKFLOW_URL$/m);
    expect(plane.seen.find(({ path }) => path === '/api/health')?.query.get('checks')).toBe('true');
    expect(out).toMatch(/^fail +sign-in +Not permitted\n +what to do: your sign-in lacks the role/m);
    expect(out).toMatch(/^warn +orchestrations +failed: x-1\n +what to do: /m);
  });
});
