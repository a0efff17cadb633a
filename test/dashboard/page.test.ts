/**
 * The operator's page as people use it: the built product, a real browser, one event from the form to its certificate, with a host
 * that dies in the middle. Each state that is passed is looked at by axe.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ROOT, Stack } from '../e2e/stack.ts';
import { executable, launch, violations, without } from './browser.ts';

/** Pictures of what was seen, for people to look at; ignored by git. */
const PICTURES = join(ROOT, 'dist/pictures');

// A browser and a host on a busy machine are slow, and what is waited for comes all the same.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`the operator's page${without}`, () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the browser complained of: a policy that was broken, a script that failed. */
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true });
    [stack, browser] = await Promise.all([new Stack({ timeScale: 60, seed: 'page' }).start(), launch()]);
    context = await browser.newContext({
      colorScheme: 'dark',
      reducedMotion: 'reduce',
      locale: 'en-GB',
      viewport: { width: 1280, height: 900 },
    });
    context.setDefaultTimeout(45_000);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => {
      if (said.type() === 'error' && !/Failed to load resource/.test(said.text())) complaints.push(said.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.dispose();
  });
  const picture = (name: string) => page.screenshot({ path: join(PICTURES, `${name}.png`) });
  const state = (text: string) => page.locator('.hero-state', { hasText: text }).waitFor();
  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Parts of this event' }).getByRole('link', { name }).click();

  test('an empty start says what to do; a new event is two clicks away, and bad input stands at its field', async () => {
    await page.goto(stack.url);
    await page.getByText('No event now').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'New event' }).first().click();
    await page.getByLabel('Name').fill('!');
    await page.locator('.errors', { hasText: /./ }).first().waitFor();
    expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
    // Pressed all the same, it does nothing.
    await page.getByRole('button', { name: 'Deploy' }).click({ force: true });
    expect(new URL(page.url()).pathname).toBe('/new');
    expect(await violations(page)).toEqual([]);
  });

  test('by keyboard alone: a name, keys, what it becomes, deploy; then it is watched to LIVE', async () => {
    await page.getByLabel('Name').fill('Sunday Service');
    await page.locator('summary', { hasText: 'Stream keys' }).focus();
    await page.keyboard.press('Enter');
    for (const key of ['aaaa-1111-bbbb-2222', 'cccc-3333-dddd-4444', 'eeee-5555-ffff-6666']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(key);
    }
    await page.getByText('In addresses: sunday-service').waitFor();
    const deploy = page.getByRole('button', { name: 'Deploy' });
    await page.locator('.preview button.main[aria-disabled=false]').waitFor();
    await picture('new');
    expect(await violations(page)).toEqual([]);
    await deploy.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/events/sunday-service');
    await page.getByRole('progressbar').waitFor();
    await page.locator('.graph svg').waitFor();
    await picture('making');
    expect(await violations(page)).toEqual([]);
    await state('Live');
    await tab('Languages');
    await page.getByText('On air in all 3 languages.').waitFor();
    await picture('live');
    expect(await violations(page)).toEqual([]);
  });

  test('a second tab and the first agree; the host is killed: both say so within 3 s, and go on when it is back', async () => {
    const other = await context.newPage();
    await other.goto(`${stack.url}/events/sunday-service`);
    await other.getByText('On air in all 3 languages.').waitFor();
    await stack.kill();
    const cut = Date.now();
    await page.locator('main[data-stale]').waitFor();
    expect(Date.now() - cut).toBeLessThan(3_000);
    await page.locator('.fresh', { hasText: 'cut off' }).waitFor();
    await picture('cut');
    // Somebody presses in the middle of it: sent until it is answered, and done once.
    await page.getByRole('button', { name: '+30 min' }).click();
    await page.getByText('No answer yet').waitFor();
    await stack.start();
    await page.locator('.extend .outcome', { hasText: 'Done.' }).waitFor();
    await page.locator('main:not([data-stale])').waitFor();
    await other.locator('main:not([data-stale])').waitFor();
    const { json } = await stack.api<{ entries: { code: string }[] }>('GET', '/api/events/sunday-service/journal');
    expect(json.entries.filter(({ code }) => code === 'extended')).toHaveLength(1);
    const ends = (one: Page) => one.locator('.ending .muted').nth(1).textContent();
    await expect.poll(async () => (await ends(other)) === (await ends(page))).toBe(true);
    await other.close();
  });

  test('training: a mixer dies, and the page says which, why, and what is done about it', async () => {
    await page.getByRole('button', { name: 'Training' }).click();
    await page.locator('.training select').selectOption('french');
    await page.getByRole('button', { name: 'French mixer is unwell' }).click();
    const row = page.locator('.row', { hasText: 'French' });
    await page.locator('.row[data-tone=bad]', { hasText: 'French' }).waitFor();
    await page.locator('.sentence-more', { hasText: 'French:' }).waitFor();
    // Trouble comes first.
    expect(await page.locator('.rows').first().locator('.row-name').first().textContent()).toBe('French');
    await picture('trouble');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop all faults' }).click();
    await page.getByRole('button', { name: 'Training' }).click();
    await row.getByRole('button').first().click();
    await row.getByText('Frames dropped').waitFor();
  });

  test('on a phone, in forced colours and in another language everything has its place', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await page.locator('.rows .row').first().waitFor();
    expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await picture('phone');
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'active' });
    await picture('forced-colours');
    await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
    await page.locator('.menu > button').click();
    await page.getByRole('radio', { name: 'Deutsch' }).check();
    await page.getByRole('radio', { name: 'UTC' }).check();
    await page.getByRole('link', { name: 'Veranstaltungen' }).first().waitFor();
    await page.locator('.menu > button').click();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await picture('phone-german-light');
    expect(await violations(page)).toEqual([]);
    await page.locator('.menu > button').click();
    await page.getByRole('radio', { name: 'English' }).check();
    await page.locator('.menu > button').click();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('every part of an event is there and reads well', async () => {
    await tab('Connect');
    await page.getByRole('button', { name: 'Show passphrases' }).click();
    await page.getByRole('button', { name: 'QR code' }).first().click();
    await page.locator('svg.qr').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture('connect');
    await tab('Journal');
    await page.locator('.journal li', { hasText: 'credentials' }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await tab('Commands');
    await page.locator('.command', { hasText: 'Come back from a pause' }).getByText('Not now: the event is').waitFor();
    await picture('commands');
    expect(await violations(page)).toEqual([]);
    await tab('Charts');
    await page.locator('.chart canvas').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await picture('charts');
  });

  test('the past: at its first second no mixer stood yet', async () => {
    await tab('Progress');
    await page.locator('.gantt tbody tr').first().waitFor();
    await picture('progress');
    expect(await violations(page)).toEqual([]);
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText('As it was at').waitFor();
    // Times are whole seconds, and a group is there within one.
    expect(await page.locator('.gantt tr[data-tone=good]', { hasText: 'mixer' }).count()).toBe(0);
    await picture('back');
    // The way back stands on every part: what is above shows the past there too.
    await tab('Commands');
    await page.getByRole('button', { name: 'Back to now' }).click();
    await state('Live');
    await tab('Progress');
    await page.locator('.gantt tr[data-tone=good]', { hasText: 'mixer' }).first().waitFor();
  });

  test('ended by typing its name, reloaded in the middle, and proven by a certificate', async () => {
    await tab('Commands');
    await page.getByRole('button', { name: 'See what would go' }).click();
    await page.getByText('things would be removed').waitFor();
    const end = page.getByRole('button', { name: 'End Sunday Service' });
    expect(await end.getAttribute('aria-disabled')).toBe('true');
    await page.getByLabel('Type sunday-service to end it').fill('sunday-service');
    await picture('ending');
    await end.click();
    await state('Being removed');
    await page.reload();
    await state('Over');
    await page.getByRole('link', { name: 'See its certificate' }).first().click();
    await page.getByRole('heading', { name: 'Certificate' }).waitFor();
    await page.locator('.graph svg').waitFor();
    await page.getByText('Gone, nothing left').waitFor();
    await picture('certificate');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Past' }).first().click();
    await page.locator('a.card', { hasText: 'sunday-service' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await stack.resources()).toEqual([]);
  });

  test('schedules: made, shown with its next time on the wall of its place', async () => {
    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.getByText('No schedule yet').waitFor();
    await page.getByRole('button', { name: 'New schedule' }).click();
    await page.getByLabel('Name of the schedule').fill('weekly');
    await page.getByLabel('Time zone').fill('Europe/Zurich');
    await page.getByLabel('Name', { exact: true }).fill('Sunday Service');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page
      .locator('.card', { hasText: 'weekly' })
      .locator('strong')
      .getByText(/09:30.*(CET|GMT\+1|CEST|GMT\+2)/)
      .waitFor();
    await picture('schedules');
  });

  test('nothing was refused by the page’s own policy, and no script failed', () => {
    expect(complaints).toEqual([]);
  });
});
