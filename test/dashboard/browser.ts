/** Debian's Chromium, where it is; what is asked of it stands in the tests. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where browsers are installed by the packages of systems; `CHROMIUM` names another place. */
const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const executable = PLACES.find((path) => path !== undefined && existsSync(path));
/** Why the tests of the page are left out, in the title of what is skipped. */
export const without = executable ? '' : ' (skipped: no Chromium; apt-get install chromium)';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable ?? '',
    // Tests run as root in containers, where the sandbox cannot.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** What axe finds against WCAG 2.2 AA and its best practices; empty when all is well. */
export async function violations(page: Page): Promise<string[]> {
  const known = await page.evaluate(() => 'axe' in globalThis);
  if (!known) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe: run } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await run.run()).violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1] ?? ''}`),
  );
}
