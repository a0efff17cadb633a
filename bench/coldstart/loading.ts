/** Loads of app folders, each in a fresh process. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Load } from './load.ts';

const root = join(import.meta.dirname, '../..');
const { Values } = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8')) as {
  Values: Record<string, string>;
};

/** @param folder with package.json and what its `main` needs */
export function loadOnce(folder: string): Load {
  const script = join(import.meta.dirname, 'load.ts');
  const env = { PATH: process.env.PATH, ...Values };
  return JSON.parse(execFileSync(process.execPath, [script, folder], { encoding: 'utf8', env })) as Load;
}
