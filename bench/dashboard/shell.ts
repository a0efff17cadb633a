/** What the first screen brings along, and when it answers at a quarter of the processor's speed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { until } from '../../test/e2e/process.ts';
import { ROOT, type Stack } from '../../test/e2e/stack.ts';
import type { Row } from '../main.ts';
import { percentile } from './percentile.ts';

const RUNS = Number(process.env.BENCH_RUNS ?? 7);
const SLOWER = 4;
/** Of the issue. */
const GOAL = { kilobytes: 60, seconds: 1 };

/** Seconds from the start of a navigation until `selector` is there and a timer of the page runs on time. */
async function answers(
  browser: Browser,
  url: string,
  selector: string,
  slower: number,
): Promise<{ seconds: number; files: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const files: string[] = [];
  page.on('response', (response) => files.push(new URL(response.url()).pathname));
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript(`
    const there = () => document.querySelector(${JSON.stringify(selector)})
      ? setTimeout(() => { window.answeredAt = performance.now(); })
      : requestAnimationFrame(there);
    there();`);
  await page.goto(url, { waitUntil: 'commit' });
  const seconds = await until(() => page.evaluate<number | undefined>('window.answeredAt'), 20);
  await context.close();
  return { seconds: seconds / 1000, files };
}

export async function shell(browser: Browser, { url }: Stack): Promise<Row[]> {
  const first: number[] = [];
  const said: number[] = [];
  const bare: number[] = [];
  let files: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    const page = await answers(browser, url, 'h1', SLOWER);
    files = page.files;
    first.push(page.seconds);
    said.push((await answers(browser, url, '.empty', SLOWER)).seconds);
    bare.push((await answers(browser, `${url}/icon.svg`, 'svg', SLOWER)).seconds);
  }
  const own = files.filter((path) => path === '/' || path.startsWith('/assets/'));
  const bytes = own
    .map((path) => join(ROOT, 'dist/dashboard/built', `${path === '/' ? 'index.html' : path}.br`))
    .reduce((sum, path) => sum + readFileSync(path).length, 0);
  const [seconds, alone] = [percentile(first, 0.5), percentile(bare, 0.5)];
  return [
    {
      what: 'shell, brotli',
      value: `${(bytes / 1024).toFixed(1)} KB in ${own.length} files`,
      goal: `${GOAL.kilobytes} KB`,
      met: bytes / 1024 <= GOAL.kilobytes ? 'yes' : 'no',
    },
    {
      what: `answers, processor at a ${SLOWER}th`,
      value: `${seconds.toFixed(2)} s (a lone picture: ${alone.toFixed(2)} s; ratio ${(seconds / alone).toFixed(1)})`,
      goal: `${GOAL.seconds} s`,
      met: seconds <= GOAL.seconds ? 'yes' : 'no',
    },
    {
      what: `shows what the control plane says, processor at a ${SLOWER}th`,
      value: `${percentile(said, 0.5).toFixed(2)} s`,
      goal: '',
      met: '',
    },
  ];
}
