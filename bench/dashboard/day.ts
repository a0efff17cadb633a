/** A day of an open page in minutes: what a control plane would say in that time, as fast as the page takes it, and what stays in memory of it. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Browser, CDPSession } from 'playwright-core';
import type { LiveEvent } from '../../contract/api/live.ts';
import { OPERATOR, Stage } from '../../test/dashboard/stage.ts';
import type { Row } from '../main.ts';

const DAY = 86_400;
const LANGUAGES = ['original', 'french', 'spanish', 'german'];
/** Seconds between two heartbeats, and between two looks at a relay. */
const [HEARTBEAT, RELAY] = [10, 2];
/** When the first measure is taken: everything that is loaded once has been, and the slowest ring (1,800 points, one per heartbeat) is full. */
const EARLY = 6 * 3600;
const START = Date.parse('2026-11-27T00:00:00Z');
/** How much more may be in memory at the end of the day. */
const GOAL = 1.1;

const iso = (second: number): string => new Date(START + second * 1000).toISOString();
const say = (name: string, body: unknown): string => `event: ${name}\ndata: ${JSON.stringify(body)}\n\n`;

const EVENT: LiveEvent = {
  event: 'day',
  title: 'A long day',
  environment: 'production',
  state: 'live',
  since: iso(0),
  health: { state: 'healthy', since: iso(0), reasons: [] },
  template: 'multilingual',
  region: 'westeurope',
  languages: LANGUAGES,
  resourceGroup: 'streaming-day-1',
  deploymentId: 'day-1-1',
  startsAt: null,
  createdAt: iso(0),
  readyAt: iso(0),
  expiresAt: iso(2 * DAY),
  connection: null,
  held: null,
  left: [],
  cost: { perHour: 1, soFar: 0, currency: 'USD' },
  lastOperation: null,
  alerts: [],
  commands: [],
  components: LANGUAGES.map((language) => ({
    component: `mixer-${language}`,
    language,
    health: 'healthy',
    since: null,
    reason: null,
    alert: false,
    beingRemedied: false,
  })),
};

function second(at: number): string {
  const parts = [say('tick', { now: iso(at) })];
  if (at % RELAY === 0)
    parts.push(
      say('relays', {
        relays: [
          {
            component: 'relay',
            healthy: true,
            health: { input: { connected: true, bitrate: 6e6 + (at % 97) * 1e4 }, callers: 4 },
          },
        ],
        presenters: null,
      }),
    );
  if (at % HEARTBEAT === 0)
    for (const language of LANGUAGES)
      parts.push(
        say('mixer', {
          language,
          at: iso(at),
          streaming: true,
          droppedFrames: Math.floor(at / 600),
          reconnects: 0,
          desired: { streaming: true, scene: 'Programme' },
        }),
      );
  if (at % 300 === 0)
    parts.push(
      say('journal', {
        deploymentId: 'day-1-1',
        entries: [{ at: iso(at), code: 'note', text: `five minutes, number ${at / 300}` }],
      }),
    );
  return parts.join('');
}

/** Gives a page as much as it takes. */
async function tell(response: ServerResponse, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) if (!response.write(second(at))) await once(response, 'drain');
}

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

export async function day(browser: Browser): Promise<Row[]> {
  const stage = await Stage.open();
  stage.ticking = false;
  stage.answers.set('GET /api/me', { json: { ...OPERATOR, roles: ['viewer'], mayOperate: false } });
  stage.say('event', EVENT);
  const context = await browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(`${stage.url}/events/day/charts`);
    await page.locator('h1').waitFor();
    const session = await context.newCDPSession(page);
    const told = async (from: number, to: number): Promise<void> => {
      const [stream] = stage.streams;
      if (!stream) throw new Error('Cannot measure as the page has not asked for its stream');
      await tell(stream, from, to);
      // The page has read all of it when its clock says so; where nothing more comes, it goes on by itself.
      const clock = `document.querySelector('.ending [data-now]')?.getAttribute('data-now') >= ${JSON.stringify(iso(to - 1))}`;
      await page.waitForFunction(clock, undefined, { timeout: 300_000 });
    };
    await told(0, EARLY);
    const early = await heap(session);
    await told(EARLY, DAY);
    const late = await heap(session);
    const ratio = late / early;
    const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    return [
      {
        what: 'memory after a day, to that after six hours',
        value: `${ratio.toFixed(2)} (${megabytes(early)} -> ${megabytes(late)} MB)`,
        goal: `${GOAL}`,
        met: ratio <= GOAL ? 'yes' : 'no',
      },
    ];
  } finally {
    await context.close();
    await stage.close();
  }
}
