import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DeploymentStatus } from '../../cli/http/types.ts';
import { cli } from './server/cli.ts';
import { ControlPlane, problem } from './server/control-plane.ts';
import { Life, UP } from './server/life.ts';

let plane: ControlPlane;
let life: Life;
beforeEach(async () => {
  plane = await new ControlPlane().start();
  life = new Life(plane);
});
afterEach(() => plane.stop());

/** What a title, a mixer, or a control plane that is not ours may hold. */
const EVIL = [
  'x\u001b]0;owned\u0007\u001b[2J\u001b[1;1H\u009b31m\u202e\u2066\u200b\u0008',
  'FORGED done\r\nFORGED again\u2028FORGED\u0085FORGED\u000bFORGED',
].join('\n');
/** Every text in a value, with that at its end; what is needed to find one's way stays. */
function poisoned(value: unknown): unknown {
  if (typeof value === 'string') return `${value}${EVIL}`;
  if (Array.isArray(value)) return value.map(poisoned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, poisoned(member)]));
}
const ESC = '\u001b';
/** Where characters stand that a terminal obeys, or that turn and hide others. The line feed is the only one we print. */
const ODD: [from: number, to: number][] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200b],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
];
const isOdd = (letter: string): boolean =>
  ODD.some(([from, to]) => letter.charCodeAt(0) >= from && letter.charCodeAt(0) <= to);
/** The sequences that our bars are drawn with. */
const OURS = [0, 2, 31, 32, 33, 36].map((colour) => `${ESC}[${colour}m`);

/** Only what a terminal shows as it is; nothing begins a line that we have not begun. */
function expectPlain(text: string, sequences = false): void {
  let ours = text;
  if (sequences) {
    for (const sequence of OURS) ours = ours.replaceAll(sequence, '');
    for (let rows = 1; rows < 50; rows++) ours = ours.replaceAll(`${ESC}[${rows}A${ESC}[0J`, '');
  }
  expect([...ours].filter(isOdd)).toEqual([]);
  expect(ours).not.toMatch(/^\s*FORGED/m);
}

const AT = '2026-11-22T08:00:00Z';
const instance = {
  name: 'lifecycle',
  instanceId: 'event-congress',
  runtimeStatus: 'Running',
  createdTime: AT,
  lastUpdatedTime: AT,
  customStatus: 'here',
  historyEvents: [
    { EventType: 'TaskCompleted', Timestamp: AT, ScheduledTime: AT, FunctionName: 'perform' },
    { EventType: 'EventRaised', Timestamp: AT, Name: 'inbox', Input: '{"type":"note","text":"said"}' },
    { EventType: 'TaskFailed', Timestamp: AT, ScheduledTime: AT, FunctionName: 'perform', Reason: 'no' },
    { EventType: 'ExecutionTerminated', Timestamp: AT, Reason: 'why' },
  ],
};
const mixer = {
  language: 'french',
  at: AT,
  streaming: true,
  scene: 'programme',
  problems: ['no picture'],
  warnings: ['odd'],
};
const BASE = '/runtime/webhooks/durabletask/instances';
const build = {
  buildId: 'b',
  version: '1.0.1',
  state: 'failed',
  acceptedAt: AT,
  endedAt: AT,
  phase: null,
  progress: 1,
  error: { code: 'c', message: 'm', advice: 'a' },
  journal: [{ at: AT, code: 'c', text: 't' }],
  cost: { total: 1, currency: 'USD' },
  certificate: { existed: [], remains: [] },
};
const image = {
  image: 'mixer',
  kind: 'machine',
  reference: 'r',
  current: '1.0.0',
  rollback: '0.9.0',
  pins: [{ event: 'congress', version: '0.9.0' }],
  problem: 'p',
  versions: [
    {
      version: '1.0.0',
      osState: 'generalised',
      state: 'Creating',
      proved: true,
      current: true,
      createdAt: AT,
      regions: [{ region: 'a', state: 'Replicating' }],
      usedBy: ['congress'],
    },
  ],
};
const READS: [line: string, path: string, answer: unknown][] = [
  [
    'list',
    '/api/events',
    { events: [{ event: 'a', state: 'live', health: 'healthy', expiresAt: AT, deploymentId: 'd' }] },
  ],
  [
    'list --past',
    '/api/events',
    { events: [{ event: 'a', state: 'gone', endedAt: AT, deploymentId: 'd', resourceGroup: 'g' }] },
  ],
  ['journal congress', '/api/events/congress/journal', { entries: [{ at: AT, code: 'state', text: 'live' }] }],
  ['logs congress', '/api/events/congress/logs', { logs: [{ component: 'relay', text: 'a' }] }],
  [
    'cost congress',
    '/api/events/congress/cost',
    { currency: 'USD', perHour: 1, soFar: 1, pricesAsOf: AT, budget: { amount: 1, action: 'end' } },
  ],
  ['metrics congress', '/api/events/congress/metrics', { relay: { a: 'b' }, slides: 'none', mixers: [mixer] }],
  [
    'credentials congress',
    '/api/events/congress/credentials',
    { srtUrl: 'srt://a', mixers: [{ language: 'french', password: 'p' }] },
  ],
  ['template list', '/api/templates', { templates: [{ name: 'a', version: 1, title: 't', description: 'd' }] }],
  ['template show a', '/api/templates/a', { name: 'a', description: 'd', deep: [{ text: 't' }] }],
  [
    'reaper',
    '/api/reaper',
    { scanned: 1, managed: 1, reaped: [{ group: 'g', reason: 'r' }], kept: [], refused: 'no', secrets: ['s'] },
  ],
  [
    'schedule list',
    '/api/schedules',
    {
      schedules: [
        {
          name: 's',
          days: ['sunday'],
          at: '09:30',
          timeZone: 'UTC',
          ahead: '24h',
          request: { event: 'a' },
          last: { occurrence: AT, problem: 'p' },
        },
      ],
    },
  ],
  ['image list', '/api/images', { images: [image] }],
  ['image show mixer', '/api/images/mixer', image],
  [
    'image schedule mixer',
    '/api/images/mixer/schedule',
    { schedule: { days: ['sunday'], at: '03:30', timeZone: 'UTC', next: AT, last: { occurrence: AT, problem: 'p' } } },
  ],
  ['image builds mixer', '/api/images/mixer/builds', { builds: [build] }],
  ['image builds mixer b', '/api/images/mixer/builds/b', build],
  ['instances', BASE, [instance]],
  ['instances event-congress', `${BASE}/event-congress`, instance],
];

describe('answers full of escapes', () => {
  const shown = (text: string) => (text.startsWith('== ') ? text.replaceAll(/^FORGED/gm, '') : text);

  it.each(READS)('%s', async (command, path, answer) => {
    const json = poisoned(answer);
    plane.on('GET', path, { json });
    const table = await cli([...command.split(' '), '--url', plane.url]);
    expect(table.out).not.toBe('');
    // Lines of a log are lines.
    expectPlain(shown(table.out));
    expectPlain(table.err);
    for (const format of ['json', 'yaml']) {
      const { out } = await cli([...command.split(' '), '--url', plane.url, '-o', format]);
      expectPlain(out);
      // It reads back as it came, for programs.
      const read = (format === 'json' ? JSON.parse(out) : parse(out)) as unknown;
      expect(JSON.stringify(read)).toContain(JSON.stringify(EVIL).slice(1, -1));
    }
  });

  it.each(['status congress', 'certificate congress', 'teardown congress'])('%s', async (command) => {
    const path =
      { s: '/api/status/:event', c: '/api/events/:event/certificate', t: '/api/status/:event' }[command[0] ?? ''] ?? '';
    const answer = command.startsWith('c')
      ? {
          event: 'congress',
          title: 't',
          deploymentId: 'd',
          outcome: 'gone',
          reason: 'r',
          resources: [{ name: 'n', type: 't' }],
          verification: { at: AT },
        }
      : {
          ...life.eventStatus(),
          health: { state: 'degraded', reasons: ['mixer-french: no'] },
          lastOperation: { command: 'x', reason: 'y' },
        };
    plane.on('GET', path, { json: poisoned(answer) });
    plane.on('POST', '/api/teardown', {
      json: poisoned({ state: 'live', resourceGroup: 'g', wouldRemove: [{ name: 'n', type: 't' }] }),
    });
    const { out, err } = await cli([...command.split(' '), '--url', plane.url]);
    expect(out).not.toBe('');
    expectPlain(out);
    expectPlain(err);
  });

  it.each([400, 404, 409, 422, 500])('an error of %i', async (status) => {
    const errors = [{ path: `a${EVIL}`, message: `b${EVIL}` }];
    plane.on('GET', '/api/status/congress', problem(status, `T${EVIL}`, `D${EVIL}`, { errors, advice: `A${EVIL}` }));
    for (const more of [[], ['--progress', 'json']]) {
      const { code, err } = await cli(['status', 'congress', '--url', plane.url, ...more]);
      expect(code).not.toBe(0);
      expectPlain(err);
    }
    plane.on('GET', '/api/status/congress', { status, text: `<h1>${EVIL}</h1>` });
    expectPlain((await cli(['status', 'congress', '--url', plane.url])).err);
  });
});

describe('progress of a deployment full of escapes', () => {
  const poisonedStatus = (): DeploymentStatus => {
    const status = life.advance();
    return {
      ...status,
      phase: `${status.phase}${EVIL}`,
      nodes: status.nodes.map((node) => ({ ...node, detail: `Updating${EVIL}` })),
      ...(status.error && { error: { ...status.error, code: `C${EVIL}`, message: `M${EVIL}`, node: `N${EVIL}` } }),
    };
  };
  it.each(['plain', 'bars', 'json'])(
    '%s',
    async (progress) => {
      life.steps = [...UP.slice(0, -1), { state: 'failed', nodes: 'ddf', error: { message: 'x' } }];
      plane.on('GET', '/api/deployment/:id/status', () => ({ json: poisonedStatus() }));
      const { err, out } = await cli(['deploy', 'congress', '--url', plane.url, '--progress', progress], {
        terminal: { columns: 200, rows: 40 },
      });
      expect(err).toContain('congress');
      expectPlain(err, progress === 'bars');
      expectPlain(out);
    },
    30_000,
  );
});
