/** Small moving pictures on the page: one stream while somebody looks, their age, and what they show in words. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { picture } from '../../local/fleet/scene.ts';
import { executable, launch, without } from './browser.ts';
import { LANGUAGES, liveEvent, liveMixer, PRESENTERS, RELAYS } from './fixtures.ts';
import { Stage } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`small pictures${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  let pictures: ReturnType<typeof setInterval> | undefined;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    stage = await Stage.open();
    page = await browser.newPage({ locale: 'en-GB' });
    page.setDefaultTimeout(30_000);
    stage.say('event', liveEvent());
    for (const language of LANGUAGES) stage.say('mixer', liveMixer(language));
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
  });
  afterEach(async () => {
    clearInterval(pictures);
    await page.close();
    await stage.close();
  });
  const show = (language: string, look: 'moving' | 'black', peakDb: number) =>
    stage.show({
      ...{ component: `mixer-${language}`, language, at: new Date().toISOString(), type: 'image/png', peakDb },
      picture: picture({ width: 160, hue: 200, seconds: Date.now() / 1000, look }).toString('base64'),
    });
  const every = (what: () => void) => {
    clearInterval(pictures);
    pictures = setInterval(what, 500);
  };

  test('pictures move, are no older than two seconds, and one that is says so', async () => {
    await page.goto(`${stage.url}/events/sunday-service/languages`);
    await expect.poll(() => stage.watching).toBe(1);
    every(() => show('french', 'moving', -18));
    const french = page.getByRole('img', { name: /French: picture of [01] s ago, sound -18 dB/ });
    await french.waitFor();
    const pixels = () => page.evaluate<string>(`document.querySelector('.monitor canvas').toDataURL()`);
    const first = await pixels();
    await expect.poll(pixels).not.toBe(first);
    await page.getByRole('img', { name: 'Spanish: no picture yet' }).waitFor();
    clearInterval(pictures);
    await page.locator('.monitor[data-old]').waitFor();
    await page.getByRole('img', { name: /French: picture of [3-9] s ago/ }).waitFor();
  });

  test('black and silence are said in words, at the row and in the sentence', async () => {
    await page.goto(`${stage.url}/events/sunday-service/languages`);
    await expect.poll(() => stage.watching).toBe(1);
    every(() => {
      show('french', 'black', -20);
      show('german', 'moving', -100);
      show('spanish', 'moving', -20);
    });
    await page.locator('.row[data-tone=warn]', { hasText: 'French' }).getByText('Black picture').waitFor();
    await page.locator('.row[data-tone=warn]', { hasText: 'German' }).getByText('No sound').waitFor();
    await page.locator('.sentence-more', { hasText: 'French: Black picture' }).waitFor();
    expect(await page.locator('.row[data-tone=good]', { hasText: 'Spanish' }).count()).toBe(1);
    // What is over is over.
    every(() => show('french', 'moving', -20));
    await page.locator('.row[data-tone=good]', { hasText: 'French' }).waitFor();
  });

  test('pictures that stop coming are a trouble, however green the mixer’s last word was', async () => {
    await page.goto(`${stage.url}/events/sunday-service/languages`);
    await expect.poll(() => stage.watching).toBe(1);
    every(() => {
      show('french', 'moving', -20);
      show('spanish', 'moving', -20);
    });
    await page.locator('.row[data-tone=good]', { hasText: 'French' }).waitFor();
    await page.getByRole('img', { name: /French: picture of [01] s ago/ }).waitFor();
    every(() => show('spanish', 'moving', -20));
    await page.locator('.row[data-tone=warn]', { hasText: 'French' }).getByText('No new picture').waitFor();
    await page.locator('.sentence-more', { hasText: 'French: No new picture' }).waitFor();
    expect(await page.locator('.row[data-tone=good]', { hasText: 'Spanish' }).count()).toBe(1);
  });

  test('nobody looks: no stream', async () => {
    await page.goto(`${stage.url}/events/sunday-service/journal`);
    await page.locator('.tab').waitFor();
    expect(stage.watching).toBe(0);
    await page.goto(`${stage.url}/events/sunday-service/languages`);
    await expect.poll(() => stage.watching).toBe(1);
    await page.getByLabel('Small moving pictures').uncheck();
    await expect.poll(() => stage.watching).toBe(0);
    expect(await page.locator('.monitor').count()).toBe(0);
    // Kept, as it is a matter of the hall's line.
    await page.reload();
    await page.locator('.row').first().waitFor();
    expect(stage.watching).toBe(0);
    await page.getByLabel('Small moving pictures').check();
    await expect.poll(() => stage.watching).toBe(1);
    await page.goto(`${stage.url}/events/sunday-service/connect`);
    await expect.poll(() => stage.watching).toBe(0);
  });
});
