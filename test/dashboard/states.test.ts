/** Every view in each state it is designed for: empty, loading, stale, forbidden, broken. Each is looked at by axe, on a desk and in a hand, and leaves a picture. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ROOT } from '../e2e/stack.ts';
import { executable, launch, violations, without } from './browser.ts';
import { DEPLOYMENT, GRAPH, JOURNAL, LANGUAGES, liveEvent, liveMixer, PRESENTERS, RELAYS } from './fixtures.ts';
import { BUILD_SCHEDULE, BUILDS, IMAGES } from './image-fixtures.ts';
import { OPERATOR, problem, Stage } from './stage.ts';

const PICTURES = join(ROOT, 'dist/pictures/states');
const DESK = { width: 1280, height: 900 };
const HAND = { width: 390, height: 844 };
const EVENT = '/events/sunday-service';
const TABS = ['languages', 'connect', 'progress', 'journal', 'charts', 'commands'];

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`states of every view${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    stage = await Stage.open();
    const context = await browser.newContext({
      ...{ colorScheme: 'dark', reducedMotion: 'reduce', locale: 'en-GB', viewport: DESK },
    });
    context.setDefaultTimeout(45_000);
    page = await context.newPage();
    complaints.length = 0;
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page.context().close();
    await stage.close();
  });

  const told = (more: Parameters<typeof liveEvent>[0] = {}, languages = LANGUAGES) => {
    stage.say('event', liveEvent(more, languages));
    stage.say('deployment', DEPLOYMENT);
    stage.say('graph', GRAPH);
    stage.say('journal', { deploymentId: 'sunday-service-1-1', entries: JOURNAL });
    for (const language of languages) stage.say('mixer', liveMixer(language));
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
    stage.answers.set('GET /api/templates', { json: { templates: [] } });
    const measured = { from: '', to: '', components: [] };
    stage.answers.set('GET /api/events/sunday-service/metrics', { json: { mixers: [], azure: measured } });
  };
  /** Looks at what there is, on a desk and in a hand. */
  const looked = async (name: string) => {
    for (const [where, viewport] of Object.entries({ desk: DESK, hand: HAND })) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(PICTURES, `${name}-${where}.png`) });
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
      expect([name, where, wide]).toEqual([name, where, false]);
      expect([name, where, await violations(page)]).toEqual([name, where, []]);
    }
    // Each view has one heading that says where one is.
    expect([name, await page.locator('h1').count()]).toEqual([name, 1]);
    expect([name, complaints]).toEqual([name, []]);
  };

  test('empty: each view says what is not there and what to do', async () => {
    stage.answers.set('GET /api/schedules', { json: { schedules: [] } });
    stage.answers.set('GET /api/events', { json: { events: [] } });
    stage.say('events', { events: [] });
    await page.goto(stage.url);
    await page.getByText('No event now').waitFor();
    await looked('empty-events');
    await page.goto(`${stage.url}/schedules`);
    await page.getByText('No schedule yet').waitFor();
    await looked('empty-schedules');
    await page.goto(`${stage.url}/past`);
    await page.getByText('Nothing is over yet').waitFor();
    await looked('empty-past');
    stage.forget();
    told({ components: [], connection: null }, []);
    await page.goto(`${stage.url}${EVENT}`);
    await page.getByText('This event has no languages of its own.').waitFor();
    await looked('empty-languages');
    stage.refusal = problem(404, 'There is no event "nobody"');
    await page.goto(`${stage.url}/events/nobody`);
    await page.getByRole('heading', { name: 'nobody' }).waitFor();
    await looked('empty-event');
  });

  test('images: versions, a build that runs and one that failed, what a rollback would change, and a refusal at its field', async () => {
    stage.answers.set('GET /api/me', { json: { ...OPERATOR, roles: ['operator', 'admin'] } });
    stage.answers.set('GET /api/images', { json: { images: IMAGES } });
    stage.answers.set('GET /api/images/mixer/builds', { json: { builds: BUILDS } });
    stage.answers.set('GET /api/images/mixer/schedule', { json: { schedule: BUILD_SCHEDULE } });
    stage.answers.set('POST /api/images/mixer/rollback', {
      json: { image: 'mixer', from: '1.4.0', to: '1.3.2', done: false, running: ['congress'], pinned: ['worship'] },
    });
    stage.answers.set('POST /api/images/mixer/builds', {
      status: 400,
      json: {
        ...{ type: 'about:blank', title: 'Bad request', status: 400, detail: 'agent.sha256 is not one' },
        errors: [{ path: 'agent.sha256', message: 'must be a SHA-256 in hexadecimal' }],
      },
    });
    await page.goto(stage.url);
    await page.getByRole('button', { name: /^Settings/ }).click();
    await page.getByRole('link', { name: 'Images' }).click();
    const mixer = page.getByRole('region', { name: 'Versions: Mixer' });
    await mixer.getByText('congress').first().waitFor();
    expect(await mixer.getByRole('row').count()).toBe(1 + 4);
    await mixer.getByText('8 regions').waitFor();
    // What is current can neither be chosen again nor be removed.
    const current = mixer.getByRole('row', { name: /current/ });
    expect(await current.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('progressbar').getAttribute('value')).toBe('0.4');
    await page.getByText('ImageBuilderFailed').waitFor();
    await page.getByRole('button', { name: /Back to 1\.3\.2/ }).click();
    await page.getByText('What runs goes on as it is: congress.').waitFor();
    await page.getByRole('button', { name: 'Build a version' }).click();
    await page.locator('form.boxed').getByRole('button', { name: 'Build a version' }).click();
    await page.getByText('must be a SHA-256 in hexadecimal').waitFor();
    expect(await page.getByLabel('SHA-256').first().getAttribute('aria-invalid')).toBe('true');
    await looked('images');
    // Who is no admin sees all of it, and may change nothing.
    stage.answers.set('GET /api/me', { json: OPERATOR });
    await page.reload();
    await mixer.waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    await looked('images-read');
  });

  test('schedules: what comes after the next, on the wall of its place, and before which the clocks are changed', async () => {
    const upcoming = ['2027-03-14T08:30:00Z', '2027-03-21T08:30:00Z', '2027-03-28T07:30:00Z', '2027-04-04T07:30:00Z'];
    const schedule = {
      ...{ name: 'weekly', days: ['sunday'], at: '09:30', timeZone: 'Europe/Zurich', paused: false, ahead: '1h' },
      ...{ next: upcoming[0], upcoming, request: { event: 'sunday-service' }, last: null, missed: [], by: 'alex' },
    };
    stage.answers.set('GET /api/schedules', { json: { schedules: [schedule] } });
    await page.goto(`${stage.url}/schedules`);
    await page.getByText('And then').click();
    const lines = await page.locator('.card details li').allTextContents();
    expect(lines.map((line) => [/09:30/.test(line), /clocks are changed/.test(line)])).toEqual([
      [true, false],
      [true, true],
      [true, false],
    ]);
    await looked('schedules');
  });

  test('loading: bones in the shape of what comes, and a word for who cannot see them', async () => {
    for (const path of ['schedules', 'events', 'templates']) stage.answers.set(`GET /api/${path}`, 'never');
    for (const document of ['status', 'journal', 'graph', 'certificate'])
      stage.answers.set(`GET /api/deployment/sunday-service-1-1/${document}`, 'never');
    for (const [name, path] of Object.entries({
      events: '/',
      event: EVENT,
      schedules: '/schedules',
      past: '/past',
      new: '/new',
      deployment: '/deployments/sunday-service-1-1',
    })) {
      await page.goto(`${stage.url}${path}`);
      await page.locator('.loading').first().waitFor();
      await looked(`loading-${name}`);
    }
  });

  test('stale: within three seconds it says so and turns grey, on every part of an event; and comes back', async () => {
    told();
    for (const tab of TABS) {
      stage.ticking = true;
      await page.setViewportSize(DESK);
      await page.goto(`${stage.url}${EVENT}/${tab}`);
      await page.locator('.hero-state', { hasText: 'Live' }).waitFor();
      const refusal = problem(503, 'The control plane is being restarted');
      stage.refusal = refusal;
      const cut = Date.now();
      stage.cut();
      await page.locator('main[data-stale]').waitFor();
      expect(Date.now() - cut).toBeLessThan(3_000);
      await page.locator('.fresh', { hasText: 'cut off' }).waitFor();
      await looked(`stale-${tab}`);
      stage.refusal = undefined;
      await page.locator('main:not([data-stale])').waitFor();
    }
    // A line that says nothing is cut as well.
    stage.ticking = false;
    await page.locator('main[data-stale]').waitFor();
  });

  test('forbidden: a viewer sees everything and no button that would be refused; others are told whom to ask', async () => {
    stage.answers.set('GET /api/me', { json: { ...OPERATOR, roles: ['viewer'], mayOperate: false } });
    told();
    for (const tab of TABS) {
      await page.goto(`${stage.url}${EVENT}/${tab}`);
      await page.locator('.hero-state', { hasText: 'Live' }).waitFor();
      await page.locator('.tab').waitFor();
      await looked(`viewer-${tab}`);
      for (const name of [/Stop streaming/, /Restart/, /\+30 min/, /Show passphrases/, /Pause/, /End/])
        expect([tab, name, await page.getByRole('button', { name }).count()]).toEqual([tab, name, 0]);
    }
    stage.answers.set('GET /api/me', { json: { ...OPERATOR, roles: [], mayView: false, mayOperate: false } });
    stage.refusal = problem(403, 'This needs the role viewer');
    await page.goto(stage.url);
    await page.getByText('You may not look at events here yet.').waitFor();
    await looked('forbidden');
  });

  test('broken: an event without control, a control plane that fails, a part that does not load', async () => {
    told({
      state: 'broken',
      health: { state: 'unknown', since: '2026-11-27T10:00:00Z', reasons: ['nobody looks after this event'] },
    });
    for (const tab of TABS) {
      await page.goto(`${stage.url}${EVENT}/${tab}`);
      await page.getByText('Its control has ended unexpectedly').waitFor();
      await looked(`broken-${tab}`);
    }
    const failed = problem(500, 'Something went wrong; the log has it under 1234');
    for (const path of ['schedules', 'events', 'templates']) stage.answers.set(`GET /api/${path}`, failed);
    for (const document of ['status', 'journal', 'graph', 'certificate'])
      stage.answers.set(`GET /api/deployment/sunday-service-1-1/${document}`, failed);
    for (const [name, path] of Object.entries({
      schedules: '/schedules',
      past: '/past',
      new: '/new',
      deployment: '/deployments/sunday-service-1-1',
    })) {
      await page.goto(`${stage.url}${path}`);
      await page.getByText('Something went wrong').first().waitFor();
      await looked(`failed-${name}`);
    }
    await page.route('**/assets/schedules-*.js', (route) => route.abort());
    await page.goto(`${stage.url}/schedules`);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await looked('part-failed');
    await page.unroute('**/assets/schedules-*.js');
  });

  test('forced colours: trouble, pictures and the chosen tab are still told apart', async () => {
    told({
      state: 'degraded',
      health: { state: 'degraded', since: '2026-11-27T10:00:00Z', reasons: ['mixer-french: OBS is not running'] },
      components: liveEvent().components.map((one) =>
        one.language === 'french' ? { ...one, health: 'unhealthy' as const, reason: 'OBS is not running' } : one,
      ),
    });
    stage.say('mixer', liveMixer('french', { streaming: false }));
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(`${stage.url}${EVENT}/languages`);
    const row = page.locator('.row', { hasText: 'French' });
    await row.getByText('Off air').waitFor();
    const styled = (selector: string, property: string) =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue(${JSON.stringify(property)})`,
      );
    expect(await styled('.row[data-tone=bad]', 'border-left-width')).toBe('6px');
    expect(await styled('.row[data-tone=good]', 'border-left-width')).toBe('0px');
    expect(await styled('.tabs a[aria-current]', 'border-bottom-color')).not.toBe(
      await styled('.tabs a:not([aria-current])', 'border-bottom-color'),
    );
    await looked('forced-colours');
  });
});
