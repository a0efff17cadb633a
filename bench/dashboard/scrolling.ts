/** An event of fifty languages, scrolled while it lives: frames that came, beside those of a page with nothing on it. */
import type { Browser, Page } from 'playwright-core';
import { until } from '../../test/e2e/process.ts';
import type { Stack } from '../../test/e2e/stack.ts';
import type { Row } from '../main.ts';
import { percentile } from './percentile.ts';

const LANGUAGES = Array.from(
  { length: 50 },
  (_, index) => `lang${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
);
const SECONDS = 5;
/** A frame that took longer than this has left one out at 60 a second. */
const FRAME = 1000 / 60 + 4;

async function frames(page: Page): Promise<{ perSecond: number; late: number; p95: number }> {
  await page.evaluate(`
    window.frames = [];
    let last = performance.now();
    const next = (now) => { window.frames.push(now - last); last = now; window.more = requestAnimationFrame(next); };
    window.more = requestAnimationFrame(next);`);
  const begun = Date.now();
  for (let down = true; Date.now() - begun < SECONDS * 1000; ) {
    await page.mouse.wheel(0, down ? 120 : -120);
    down = await page.evaluate<boolean>(
      `(${down} ? scrollY + innerHeight < document.documentElement.scrollHeight - 1 : scrollY <= 0)`,
    );
  }
  const took = await page.evaluate<number[]>('cancelAnimationFrame(window.more), window.frames.slice(2)');
  const all = took.reduce((sum, one) => sum + one, 0);
  return {
    perSecond: (took.length * 1000) / all,
    late: took.filter((one) => one > FRAME).length / took.length,
    p95: percentile(took, 0.95),
  };
}

export async function scrolling(browser: Browser, stack: Stack): Promise<Row[]> {
  await stack.api('POST', '/api/deploy', { event: 'babel', languages: LANGUAGES });
  const state = async () => (await stack.api<{ state: string }>('GET', '/api/status/babel')).json.state;
  await until(async () => ((await state()) === 'live' ? true : undefined));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${stack.url}/events/babel/languages`);
  await page.locator('.row').nth(49).waitFor();
  await page.mouse.move(640, 600);
  const own = await frames(page);
  await page.close();
  const bare = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await bare.setContent('<div style="height: 4000px">nothing</div>');
  await bare.mouse.move(640, 600);
  const nothing = await frames(bare);
  await bare.close();
  const ratio = own.perSecond / nothing.perSecond;
  return [
    {
      what: 'frames a second, 50 languages, scrolling',
      value: `${own.perSecond.toFixed(0)} (an empty page: ${nothing.perSecond.toFixed(0)}; ratio ${ratio.toFixed(2)}; 95th frame ${own.p95.toFixed(0)} ms, empty ${nothing.p95.toFixed(0)} ms)`,
      goal: '60',
      met: ratio >= 0.95 ? 'as an empty page' : 'no',
    },
  ];
}
