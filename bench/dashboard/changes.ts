/** From a change that the control plane shows to the change on the screen. */
import type { Browser } from 'playwright-core';
import { until } from '../../test/e2e/process.ts';
import type { Stack } from '../../test/e2e/stack.ts';
import type { Row } from '../main.ts';
import { percentile } from './percentile.ts';

const CHANGES = Number(process.env.BENCH_RUNS ?? 7) * 5;
const GOAL = 1;

type Status = { state: string; expiresAt: string };

export async function changes(browser: Browser, stack: Stack): Promise<Row[]> {
  const status = async () => (await stack.api<Status>('GET', '/api/status/changing')).json;
  await stack.api('POST', '/api/deploy', { event: 'changing', languages: ['original'] });
  await until(async () => ((await status()).state === 'live' ? true : undefined));
  const page = await browser.newPage();
  await page.addInitScript(`
    window.seen = {};
    new MutationObserver(() => {
      const text = document.querySelector('.ending [data-expires]')?.dataset.expires;
      if (text) window.seen[text] ??= Date.now();
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });`);
  await page.goto(`${stack.url}/events/changing`);
  await page.locator('.ending [data-expires]').waitFor();
  const late: number[] = [];
  let { expiresAt } = await status();
  for (let nth = 0; nth < CHANGES; nth++) {
    const wanted = new Date(Date.parse(expiresAt) + 60_000).toISOString();
    await stack.api('POST', '/api/events/changing/extend', { until: wanted });
    // Seen in the control plane by whoever asks it without a pause.
    const before = expiresAt;
    for (;;) {
      ({ expiresAt } = await status());
      if (expiresAt !== before) break;
    }
    const at = Date.now();
    const shown = await until(() => page.evaluate<number | undefined>(`window.seen[${JSON.stringify(expiresAt)}]`), 20);
    late.push(Math.max(0, shown - at) / 1000);
  }
  await page.close();
  await stack.api('POST', '/api/teardown', { event: 'changing', confirm: true });
  const value = percentile(late, 0.95);
  return [
    {
      what: 'change to screen, 95th percentile',
      value: `${value.toFixed(2)} s (half within ${percentile(late, 0.5).toFixed(2)} s, ${late.length} changes)`,
      goal: `${GOAL} s`,
      met: value <= GOAL ? 'yes' : 'no',
    },
  ];
}
