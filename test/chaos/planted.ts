/**
 * Faults planted into a copy of the built app, each a kind that users once met: chaos is worth what it finds. One run lives
 * seeds until some promise breaks.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_DIR } from '../system/world.ts';

export interface Planted {
  name: string;
  /** Below dist. */
  file: string;
  find: string;
  replace: string;
}

export const PLANTED: readonly Planted[] = [
  {
    name: 'a stranger in the group goes with it',
    file: 'domain/ownership.js',
    find: 'if (ids.has(lower(one.id)))\n            continue;',
    replace: 'children.push(one); continue;',
  },
  {
    name: 'only hold=true holds',
    file: 'domain/ownership.js',
    find: '!NO_HOLD.has(value.trim().toLowerCase())',
    replace: "value === 'true'",
  },
  {
    name: 'tag names are compared with case',
    file: 'domain/ownership.js',
    find: 'key.toLowerCase() === name.toLowerCase()',
    replace: 'key === name',
  },
  {
    name: 'the reaper takes a group of any name',
    file: 'domain/ownership.js',
    find: 'parseGroupName(group.name)?.event !== event',
    replace: 'false',
  },
  {
    name: 'every alert counts, whatever it says and however well the component is',
    file: 'domain/lifecycle/alerts.js',
    find: 'const veto = fired ? vetoOf(turn, message, time) : undefined;',
    replace: 'const veto = undefined;',
  },
  {
    name: 'a removed language costs for ever',
    file: 'domain/lifecycle/billing.js',
    find: 'gone(',
    replace: '((entry) => entry)(',
  },
];

/** A copy of the built app with the fault in it. @throws when there is nothing to change */
export function plant({ name, file, find, replace }: Planted): string {
  const appDir = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const part of ['dist', 'host.json', 'package.json', 'local.settings.sample.json'])
    cpSync(join(APP_DIR, part), join(appDir, part), { recursive: true });
  symlinkSync(join(APP_DIR, 'node_modules'), join(appDir, 'node_modules'));
  const path = join(appDir, 'dist', file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(find)) {
    rmSync(appDir, { recursive: true });
    throw new Error(`Cannot plant '${name}' as ${file} does not contain: ${find}`);
  }
  writeFileSync(path, text.replaceAll(find, replace));
  return appDir;
}

/**
 * Lives seeds until one breaks a promise, in a process of its own: @azure/functions is set up once in each.
 * @returns what it printed, or undefined when no promise broke
 */
export function hunt(planted: Planted, from: number, count: number): string | undefined {
  const appDir = plant(planted);
  const main = join(import.meta.dirname, 'main.ts');
  const flags = ['--seeds', `${count}`, '--from', `${from}`, '--app', appDir, '--first'];
  try {
    const { status, stdout } = spawnSync(process.execPath, [main, ...flags], { encoding: 'utf8' });
    return status === 1 ? stdout.split('\n').slice(-5).join(' ').trim() : undefined;
  } finally {
    rmSync(appDir, { recursive: true, force: true });
  }
}
