// Writes the tables of docs/simulator.md that are data in local/azure: what Azure refuses, with source and how sure it is.
// Run by Node 24 (it imports TypeScript as it is): node scripts/simulator-docs.ts
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FILE = join(root, 'docs/simulator.md');
const SURE = { all: 'code and text', text: 'text', code: 'code', no: 'no' };

/** As in local/azure/core/constraint.ts; scripts import nothing of local/ but data, at run time. */
interface Row {
  status: number;
  code: string;
  text: string;
  when: string;
  source: string;
  verified: 'all' | 'text' | 'code' | 'no';
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

async function table(folder: string): Promise<string> {
  const path = pathToFileURL(join(root, 'local/azure', folder, 'constraints.ts')).href;
  const module = (await import(path)) as Record<string, Record<string, Row>>;
  const rows = Object.values(Object.values(module)[0] ?? {});
  const lines = rows.map(
    (row) =>
      `| ${row.status} | \`${row.code}\` | ${cell(row.text)} | ${cell(row.when)} | ${cell(row.source)} | ${SURE[row.verified]} |`,
  );
  return ['| status | code | text | when | source | verified |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

/** The page with its generated parts as they must be now. */
export async function render(page: string): Promise<string> {
  let result = page;
  for (const folder of readdirSync(join(root, 'local/azure'))) {
    if (!existsSync(join(root, 'local/azure', folder, 'constraints.ts'))) continue;
    const begin = `<!-- begin ${folder} -->`;
    const end = `<!-- end ${folder} -->`;
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(
        `Cannot write the table of '${folder}' as docs/simulator.md must hold '${begin}' and '${end}': add them`,
      );
    result = `${result.slice(0, from + begin.length)}\n${await table(folder)}\n${result.slice(to)}`;
  }
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, await render(readFileSync(FILE, 'utf8')));
