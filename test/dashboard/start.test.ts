/** What stands before the control plane has said anything: the frame, so that a slow line or a slow machine is no white page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { executable, launch, violations, without } from './browser.ts';
import { OPERATOR, problem, Stage } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

describe.skipIf(!executable)(`the page's start${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([Stage.open(), launch()]);
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  test('the frame stands and its links work while nobody has answered who looks, and the stream is asked for meanwhile', async () => {
    stage.answers.set('GET /api/me', 'never');
    await page.goto(stage.url);
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    await expect.poll(() => stage.asked).toContain('GET /api/live');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.waitForURL('**/schedules');
    await page.goto(`${stage.url}/events/sunday`);
    await page.getByRole('heading', { name: 'sunday', level: 1 }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('a viewer keeps what is for viewers; who may not look is told so, and sees nothing else', async () => {
    stage.answers.set('GET /api/me', { json: { ...OPERATOR, roles: ['viewer'], mayOperate: false } });
    stage.say('events', { events: [] });
    await page.goto(stage.url);
    await page.getByText('No event now').waitFor();
    expect(await page.getByRole('link', { name: 'New' }).count()).toBe(0);
    stage.answers.set('GET /api/me', problem(401, 'Not signed in'));
    stage.refusal = problem(401, 'Not signed in');
    await page.reload();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });
});
