/** The operator's page in a real browser: how much comes, how soon it answers on a slow machine, how late it shows a change, how it scrolls, and whether it stays small. */

import { executable, launch } from '../../test/dashboard/browser.ts';
import { Stack } from '../../test/e2e/stack.ts';
import type { Row } from '../main.ts';
import { changes } from './changes.ts';
import { day } from './day.ts';
import { scrolling } from './scrolling.ts';
import { shell } from './shell.ts';

export async function run(): Promise<Row[]> {
  if (!executable) throw new Error('Cannot measure the page: there is no Chromium (apt-get install chromium)');
  const browser = await launch();
  // Low: what many languages cost the machine itself is on the wall clock.
  const stack = await new Stack({ timeScale: 20, seed: 'bench' }).start();
  try {
    return [
      ...(await shell(browser, stack)),
      ...(await changes(browser, stack)),
      ...(await day(browser)),
      ...(await scrolling(browser)),
    ];
  } finally {
    await browser.close();
    await stack.dispose();
  }
}
