/** What is done on the page is done once, whatever befalls it in the middle: the page is loaded anew, the host dies, the line is cut. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Stack } from '../e2e/stack.ts';
import { executable, launch, without } from './browser.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

/** What befalls the page while `act` is under way; `taken` resolves when the control plane has taken it. */
type Accident = (act: () => Promise<void>, taken: () => Promise<void>) => Promise<void>;

describe.skipIf(!executable)(`every story in the middle of an accident${without}`, () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    [stack, browser] = await Promise.all([new Stack({ timeScale: 60, seed: 'stories' }).start(), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.dispose();
  });
  afterEach(() => context?.close());

  const accidents: Record<string, Accident> = {
    async reload(act, taken) {
      await act();
      await taken();
      await page.reload();
    },
    async 'host restart'(act) {
      await act();
      await stack.kill();
      await stack.start();
    },
    async 'cut line'(act) {
      await context.setOffline(true);
      await act();
      await page.locator('.outcome', { hasText: 'No answer yet' }).first().waitFor();
      await context.setOffline(false);
    },
  };

  test.each(Object.keys(accidents))(
    '%s: deployed, extended, a language more, helped, ended: each once',
    async (name) => {
      const accident = accidents[name] as Accident;
      const event = name.replace(/ /g, '-');
      context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
      context.setDefaultTimeout(90_000);
      page = await context.newPage();
      const lines = async () => {
        const path = `/api/events/${event}/journal`;
        const { json } = await stack.api<{ entries?: { code: string; text: string }[] }>('GET', path);
        return (json.entries ?? []).map(({ code, text }) => `${code} ${text}`);
      };
      /** How often the journal tells of it. */
      const told = async (what: RegExp) => (await lines()).filter((line) => what.test(line)).length;
      const taken = (what: RegExp) => async () => {
        await expect.poll(() => told(what), { timeout: 60_000 }).toBe(1);
      };
      const live = () => page.locator('.hero-state', { hasText: 'Live' }).waitFor();
      const press = (button: string) => page.getByRole('button', { name: button, exact: true }).first().click();

      await page.goto(`${stack.url}/new`);
      await page.getByLabel('Name').fill(event);
      await page.locator('.preview button.main[aria-disabled=false]').waitFor();
      await accident(
        () => press('Deploy'),
        () => page.waitForURL(`**/events/${event}`),
      );
      await page.waitForURL(`**/events/${event}`);
      await live();
      expect(await told(/^state live/)).toBe(1);

      const extended = /^command extend to /;
      await accident(() => press('+30 min'), taken(extended));
      await taken(extended)();

      await page.goto(`${stack.url}/events/${event}/commands`);
      await live();
      await page.getByLabel('Add', { exact: true }).fill('german');
      const added = /^command languages \+german/;
      await accident(() => press('Change languages'), taken(added));
      // Whoever leaves before there is an answer has been told that there is none.
      await taken(added)();
      await page.goto(`${stack.url}/events/${event}/languages`);
      await page.locator('.row', { hasText: 'German' }).waitFor();
      await live();
      expect(await told(added)).toBe(1);

      await page.locator('.row', { hasText: 'German' }).getByRole('button').first().click();
      const helped = /^command remediate mixer-german/;
      await press('Restart German');
      await accident(() => press('Yes, restart German'), taken(helped));
      await taken(helped)();
      await live();

      await page.goto(`${stack.url}/events/${event}/commands`);
      await press('See what would go');
      await page.getByLabel(`Type ${event} to end it`).fill(event);
      const ended = /^command teardown/;
      await accident(() => press(`End ${event}`), taken(ended));
      await page.locator('.hero-state', { hasText: 'Over' }).waitFor();
      expect(await told(ended)).toBe(1);
      expect(await stack.resources()).toEqual([]);
    },
  );
});
