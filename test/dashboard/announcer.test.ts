/** What is said aloud to who does not look: time that runs out, the programme that is lost and comes back. The regions are there before their words. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { executable, launch, without } from './browser.ts';
import { LANGUAGES, liveEvent, liveMixer, PRESENTERS, RELAYS } from './fixtures.ts';
import { Stage } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`announcements${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launch()]);
    page = await browser.newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(30_000);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });
  const politely = (text: string) =>
    page.locator('[aria-live=polite][aria-atomic]', { hasText: text }).first().waitFor({ state: 'attached' });
  const atOnce = (text: string) => page.locator('[role=alert]', { hasText: text }).waitFor({ state: 'attached' });

  test('at 30, 10 and 1 minutes what is left is said politely', async () => {
    const begun = Date.now();
    stage.say('event', liveEvent({ expiresAt: new Date(begun + 31 * 60_000).toISOString() }));
    await page.goto(`${stage.url}/events/sunday-service`);
    await page.locator('.ending [role=timer]', { hasText: /^3[01]:/ }).waitFor();
    await page.locator('[role=alert]').waitFor({ state: 'attached' });
    for (const [left, said] of [
      [29.5, '30 minutes left'],
      [9.5, '10 minutes left'],
      [0.9, 'One minute left'],
    ] as const) {
      const ahead = (31 - left) * 60_000;
      stage.now = () => Date.now() + ahead;
      await politely(said);
    }
    stage.now = () => Date.now();
  });

  test('a language that should stream and does not is said at once, and that it is back politely', async () => {
    stage.forget();
    stage.say('event', liveEvent());
    for (const language of LANGUAGES) stage.say('mixer', liveMixer(language));
    await page.goto(`${stage.url}/events/sunday-service`);
    await page.getByText('On air in all 4 languages.').waitFor();
    stage.say('mixer', liveMixer('french', { streaming: false }));
    await atOnce('French');
    stage.say('mixer', liveMixer('french'));
    await politely('Everything that should stream does again');
    // Empty again: the same loss a second time is a change that is said.
    await page.locator('[role=alert]', { hasText: /^$/ }).waitFor({ state: 'attached' });
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
    stage.say('relays', { relays: RELAYS, presenters: { ...PRESENTERS, onAir: null } });
    await atOnce('Nobody sends the programme');
  });
});
