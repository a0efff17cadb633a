import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gantt } from '../../cli/output/gantt.ts';
import { cli } from './server/cli.ts';
import { ControlPlane } from './server/control-plane.ts';

const BASE = '/runtime/webhooks/durabletask/instances';
/** What the real extension answered (test/fixtures/traces). */
const recorded = (name: string) => {
  const url = new URL(`../fixtures/traces/${name}.json`, import.meta.url);
  const trace = JSON.parse(readFileSync(url, 'utf8')) as {
    statusWithHistory_http: { body: Record<string, unknown> }[];
  };
  return trace.statusWithHistory_http.at(-1)?.body;
};

let plane: ControlPlane;
beforeEach(async () => {
  plane = await new ControlPlane().start();
});
afterEach(() => plane.stop());
const sc = (line: string) => cli([...line.split(' '), '--url', plane.url]);

describe('instances', () => {
  it('lists page by page, with filters and the system key', async () => {
    const row = (instanceId: string) => ({
      instanceId,
      name: 'lifecycle',
      runtimeStatus: 'Completed',
      createdTime: '2026-11-21T00:00:00Z',
      lastUpdatedTime: '2026-11-21T00:00:05Z',
    });
    plane.on('GET', BASE, ({ headers }) =>
      headers['x-ms-continuation-token'] === 't'
        ? { json: [row('b')] }
        : { json: [row('a')], headers: { 'x-ms-continuation-token': 't' } },
    );
    const { code, out } = await sc('instances --prefix event- --status Running,Failed --code KEY -o json');
    expect(code).toBe(0);
    expect(JSON.parse(out).map(({ instanceId }: { instanceId: string }) => instanceId)).toEqual(['a', 'b']);
    const query = plane.seen[1]?.query;
    expect([query?.get('instanceIdPrefix'), query?.get('runtimeStatus'), query?.get('code')]).toEqual([
      'event-',
      'Running,Failed',
      'KEY',
    ]);
    expect((await sc('instances --timeline')).out).toMatch(/^a +█+ +5\.0 s Completed/m);
  });

  it.each([
    ['fan-out-3', /square[^\n]*\n.*square[^\n]*\n.*square/],
    ['sub-orchestration-parent', /oneActivity/],
    ['timer', /timer .*until 2026-11-21T00:38:37Z/],
    ['external-event', /event approve +│/],
    ['activity-retry-fails-twice', /flaky .*failed: Activity function 'flaky' failed/],
  ])('draws what ran when in %s as recorded from the real host', async (name, expected) => {
    const body = recorded(name);
    plane.on('GET', `${BASE}/:id`, { json: body });
    const { code, out } = await sc('instances x --history');
    expect(code).toBe(0);
    expect(out).toMatch(expected);
    expect(out).toContain(`${body?.instanceId}`);
    expect(plane.seen[0]?.query.get('showHistory')).toBe('true');
  });

  it('says which key Azure asks for', async () => {
    plane.on('GET', BASE, { status: 401 }).on('GET', `${BASE}/:id`, { status: 401 });
    for (const line of ['instances', 'instances x'])
      expect(await sc(line)).toMatchObject({ code: 1, err: expect.stringContaining('STREAM_CONTROL_DURABLE_KEY') });
  });

  it('terminates, rewinds and purges; what still runs cannot be purged', async () => {
    plane
      .on('POST', `${BASE}/:id/terminate`, { status: 202 })
      .on('POST', `${BASE}/:id/rewind`, { status: 404 })
      .on('DELETE', `${BASE}/:id`, (_, [id]) => (id === 'busy' ? { status: 412 } : { json: { instancesDeleted: 1 } }));
    expect((await sc('instances terminate a/b --reason why --yes')).code).toBe(0);
    expect(plane.seen[0]?.path).toBe(`${BASE}/a%2Fb/terminate`);
    expect(plane.seen[0]?.query.get('reason')).toBe('why');
    expect((await sc('instances rewind x')).code).toBe(3);
    expect((await sc('instances purge done -y')).code).toBe(0);
    expect(await sc('instances purge busy --confirm')).toMatchObject({
      code: 4,
      err: expect.stringContaining('instances terminate busy'),
    });
  });
});

describe('gantt', () => {
  it('puts bars where they belong on one axis', () => {
    const text = gantt(
      [
        { label: 'second', start: 5000, end: 10_000 },
        { label: 'first', start: 0, end: 5000 },
        { label: 'open', start: 8000 },
        { label: 'point', start: 2000, end: 2000 },
      ],
      10_000,
      10,
    );
    expect(text.split('\n')).toEqual([
      '       0     10 s',
      'first  █████             5.0 s',
      'point    │',
      'second      █████        5.0 s',
      'open           █▶        2.0 s',
      '',
    ]);
  });
});
