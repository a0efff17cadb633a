// Writes the pages of docs/reference that are data elsewhere; with --check, says which of them are stale.
// Run by Node 24, which takes TypeScript as it is: node scripts/reference/main.ts
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from './cli.ts';
import { errors } from './errors.ts';
import { http } from './http.ts';
import type { Page } from './page.ts';
import { refusals } from './refusals.ts';
import { states } from './states.ts';
import { templates } from './templates.ts';

export const FOLDER = join(import.meta.dirname, '../../docs/reference');
export const PAGES: readonly Page[] = [cli, errors, http, refusals, states, templates];

/** Whether a page says what its source says now. */
export async function isStale(page: Page): Promise<boolean> {
  const file = join(FOLDER, page.file);
  return !existsSync(file) || readFileSync(file, 'utf8') !== (await page.text());
}

if (import.meta.main)
  for (const page of PAGES) {
    if (!(await isStale(page))) continue;
    if (process.argv.includes('--check')) {
      console.error(`docs/reference/${page.file} is stale: run node scripts/reference/main.ts`);
      process.exitCode = 1;
    } else writeFileSync(join(FOLDER, page.file), await page.text());
  }
