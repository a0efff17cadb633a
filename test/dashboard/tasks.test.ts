/** What somebody does who has never seen the page: each task within three presses from the start page, and by keyboard alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { executable, launch, without } from './browser.ts';
import { DEPLOYMENT, GRAPH, JOURNAL, LANGUAGES, listed, liveEvent, liveMixer, PRESENTERS, RELAYS } from './fixtures.ts';
import { Stage } from './stage.ts';

const MOST = 3;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`tasks of somebody untrained${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  let presses: number;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    stage = await Stage.open();
    page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce' });
    page.setDefaultTimeout(30_000);
    presses = 0;
    stage.answers.set('POST /api/events/sunday-service/extend', { status: 202, json: { operationId: 'o-1' } });
    stage.answers.set('POST /api/events/sunday-service/remediate', { status: 202, json: { operationId: 'o-1' } });
    stage.answers.set('GET /api/operations/o-1', { json: { operationId: 'o-1', outcome: 'done' } });
  });
  afterEach(async () => {
    await page.close();
    await stage.close();
  });
  const press = async (role: 'link' | 'button', name: string | RegExp) => {
    presses++;
    await page.getByRole(role, { name }).first().click();
  };
  /** French is dead; the start page and the event say the same. */
  const told = () => {
    const ill = liveEvent({
      state: 'degraded',
      health: { state: 'degraded', since: new Date().toISOString(), reasons: ['mixer-french: OBS is not running'] },
      components: liveEvent().components.map((one) =>
        one.language === 'french' ? { ...one, health: 'unhealthy' as const, reason: 'OBS is not running' } : one,
      ),
    });
    stage.say('events', { events: [listed(ill)] });
    stage.say('event', ill);
    stage.say('deployment', DEPLOYMENT);
    stage.say('graph', GRAPH);
    stage.say('journal', { deploymentId: ill.deploymentId, entries: JOURNAL });
    for (const language of LANGUAGES) stage.say('mixer', liveMixer(language, { streaming: language !== 'french' }));
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
  };

  test('deploy: two presses and a name', async () => {
    stage.say('events', { events: [] });
    const template = {
      name: 'multilingual',
      version: 1,
      title: 'Multilingual',
      description: '',
      languages: ['original'],
    };
    stage.answers.set('GET /api/templates', { json: { templates: [{ ...template, components: [] }] } });
    const environments = { production: { ttl: '24h', regions: ['westeurope'] } };
    stage.answers.set('GET /api/templates/multilingual', {
      json: { ...template, components: {}, parameters: {}, environments },
    });
    const nodes: never[] = [];
    const readySeconds = { p50: 200, p95: 400, runs: 0, source: 'prior' };
    const cost = { perHour: 1, perEvent: 24, currency: 'USD', pricesAsOf: '2026-11-01' };
    stage.answers.set('POST /api/plan', {
      json: {
        ...{ event: 'evening', title: 'Evening', region: 'westeurope', nodes, edges: [], criticalPath: [] },
        ...{ criticalPathSeconds: 200, readySeconds, cost, checks: [], hash: 'h-1' },
      },
    });
    let sent = '';
    stage.answers.set('POST /api/deploy', (_path, body) => {
      sent = body;
      return { status: 202, json: { operationId: 'o-1', event: 'evening', deploymentId: 'evening-1-1' } };
    });
    await page.goto(stage.url);
    await press('link', 'New event');
    await page.getByLabel('Name').fill('Evening');
    await page.locator('.preview button.main[aria-disabled=false]').waitFor();
    await press('button', 'Deploy');
    await page.waitForURL('**/events/evening');
    expect(JSON.parse(sent)).toMatchObject({ event: 'Evening', planHash: 'h-1' });
    expect(presses).toBeLessThanOrEqual(MOST);
  });

  test('extend: the event, and half an hour more', async () => {
    told();
    await page.goto(stage.url);
    await press('link', /Sunday Service/);
    await press('button', '+30 min');
    await page.locator('.extend .outcome', { hasText: 'Done.' }).waitFor();
    expect(stage.asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /api/events/sunday-service/extend']);
    expect(presses).toBeLessThanOrEqual(MOST);
  });

  test('find the language that is dead, and why: one press', async () => {
    told();
    await page.goto(stage.url);
    await page.locator('a.card[data-tone=bad]', { hasText: 'Sunday Service' }).waitFor();
    await press('link', /Sunday Service/);
    await page.locator('.sentence-more', { hasText: 'French: OBS is not running' }).waitFor();
    expect(await page.locator('.row-name').first().textContent()).toBe('French');
    expect(presses).toBeLessThanOrEqual(MOST);
  });

  test('find out that the relay is dead, and why: one press; its moments are on the clock that is chosen', async () => {
    told();
    const relays = [{ component: 'relay', healthy: false, reason: 'no answer since 2026-01-01T10:00:00.123Z' }];
    stage.say('relays', { relays, presenters: null });
    await page.goto(stage.url);
    await press('link', /Sunday Service/);
    const why = /Programme relay: no answer since Thu.* 1 Jan.* 10:00:00/;
    await page.locator('.menu > button').click();
    await page.getByRole('radio', { name: 'UTC' }).check();
    await page.locator('.sentence-more', { hasText: why }).waitFor();
    await page.locator('.row.shared', { hasText: 'Does not answer' }).waitFor();
    // What is unwell may be on air and may not: nobody is told that it is.
    await page.getByText('On air in 3 of 4 languages.').waitFor();
    stage.say('mixer', liveMixer('french'));
    await page.getByText('Surely on air in 3 of 4 languages.').waitFor();
  });

  test('by keyboard alone: the event, the dead language, its restart, and that it asks once more', async () => {
    told();
    await page.goto(stage.url);
    await page.locator('a.card').waitFor();
    /** Goes on until the focus is where it says; every step must be seen. */
    const tabTo = async (name: RegExp) => {
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press('Tab');
        const [text, outlined] = await page.evaluate<[string, boolean]>(`(() => {
          const at = document.activeElement;
          const style = getComputedStyle(at);
          const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || at.matches('.skip, input[type=radio], input[type=checkbox]');
          return [(at.getAttribute('aria-label') ?? at.textContent ?? '').trim(), shown];
        })()`);
        expect([text, outlined]).toEqual([text, true]);
        if (name.test(text)) return;
      }
      throw new Error(`The keyboard does not reach ${name}`);
    };
    await tabTo(/Sunday Service/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/events/sunday-service');
    await page.locator('.row').first().waitFor();
    await tabTo(/^French/);
    await page.keyboard.press('Enter');
    await tabTo(/^Restart French/);
    await page.keyboard.press('Enter');
    expect(stage.asked.some((one) => one.includes('remediate'))).toBe(false);
    await page.getByRole('button', { name: 'Yes, restart French' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.doing .outcome', { hasText: 'Done.' }).waitFor();
    expect(stage.asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /api/events/sunday-service/remediate']);
  });
});
