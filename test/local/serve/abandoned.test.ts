import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeAbandoned } from '../../../local/serve/abandoned.ts';
import { lives } from '../../../local/serve/lives.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'abandoned-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const nothing = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
async function dead(): Promise<number> {
  const child = nothing();
  child.kill('SIGKILL');
  await once(child, 'close');
  return child.pid ?? 0;
}
function folder(name: string, serve?: number): string {
  const path = join(parent, name);
  mkdirSync(path);
  if (serve !== undefined)
    writeFileSync(join(path, 'serve.json'), JSON.stringify({ pid: serve, alertSecret: 'x'.repeat(16) }));
  return path;
}
const sweep = async (dataDir = join(parent, 'own')) => {
  const cleared: string[] = [];
  const clearMedia = async (dir: string) => void cleared.push(dir);
  await removeAbandoned({ parent, dataDir, clearMedia });
  return { cleared, left: readdirSync(parent).sort() };
};

test('what a killed demo left goes, after the programs that may still use it; all else stays', async () => {
  const gone = await dead();
  const abandoned = folder(`stream-control-demo-${gone}-AAAAAA`, gone);
  const young = folder(`stream-control-demo-${gone}-BBBBBB`);
  const running = folder(`stream-control-demo-${process.pid}-CCCCCC`);
  const others = ['stream-control-demo-AAAAAA', `stream-control-demo-${gone}`, `x-stream-control-demo-${gone}-AAAAAA`];
  for (const name of others) folder(name, gone);
  const target = folder('target');
  symlinkSync(target, join(parent, `stream-control-demo-${gone}-DDDDDD`));
  const own = folder(`stream-control-demo-${gone}-EEEEEE`);
  const { cleared, left } = await sweep(own);
  expect(cleared.sort()).toEqual([join(abandoned, 'media'), join(young, 'media')]);
  const kept = [...others, 'target', `stream-control-demo-${gone}-DDDDDD`, `stream-control-demo-${gone}-EEEEEE`];
  expect(left).toEqual([...kept, `stream-control-demo-${process.pid}-CCCCCC`].sort());
  expect(readdirSync(running)).toEqual([]);
});

test('a control plane that is just ending is waited for', async () => {
  const gone = await dead();
  const ending = nothing();
  const name = `stream-control-demo-${gone}-AAAAAA`;
  folder(name, ending.pid);
  const sweeping = sweep();
  ending.kill('SIGKILL');
  await once(ending, 'close');
  expect((await sweeping).left).toEqual([]);
});

test('a process that began after the folder was made is a stranger with the same id', () => {
  expect(lives(process.pid, Date.now())).toBe(true);
  if (process.platform === 'linux') expect(lives(process.pid, Date.now() - 30 * 86_400_000)).toBe(false);
});
test('a process that has ended does not live', async () => {
  expect(lives(await dead(), Date.now())).toBe(false);
});
