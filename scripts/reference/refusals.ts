/** What the simulated Azure refuses, as its providers' constraints say. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cell, heading, type Page, table } from './page.ts';

const AZURE = join(import.meta.dirname, '../../local/azure');
const SURE = { all: 'code and text', text: 'text', code: 'code', no: 'no' };
/** `core` is no provider. */
const TITLES: Record<string, string> = { core: 'Azure Resource Manager' };

/** As in local/azure/core/constraint.ts; scripts import nothing of local/ but data, at run time. */
interface Row {
  status: number;
  code: string;
  text: string;
  when: string;
  source: string;
  verified: keyof typeof SURE;
}

async function section(folder: string): Promise<string> {
  const path = pathToFileURL(join(AZURE, folder, 'constraints.ts')).href;
  const module = (await import(path)) as Record<string, Record<string, Row>>;
  const rows = Object.values(module).flatMap((list) => Object.values(list));
  const title = TITLES[folder] ?? folder.replace(/^./, (first) => first.toUpperCase()).replaceAll('-', ' ');
  return `## ${title}\n\n${table(
    ['status', 'code', 'text', 'when', 'source', 'verified'],
    rows.map((row) => [
      `${row.status}`,
      `\`${row.code}\``,
      ...[row.text, row.when, row.source].map(cell),
      SURE[row.verified],
    ]),
  )}\n`;
}

export const refusals: Page = {
  file: 'simulator-refusals.md',
  async text() {
    const folders = readdirSync(AZURE).filter((name) => existsSync(join(AZURE, name, 'constraints.ts')));
    const ordered = folders.sort((a, b) => Number(b === 'core') - Number(a === 'core') || a.localeCompare(b));
    return [
      heading('What the simulated Azure refuses', '`local/azure/*/constraints.ts`'),
      '`verified` says what was read in a public source: code and text, one of them, or neither (a likely guess).\n',
      ...(await Promise.all(ordered.map(section))),
    ].join('\n');
  },
};
