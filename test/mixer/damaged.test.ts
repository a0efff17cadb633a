/** Files of the agent that were cut off or edited wrongly: named with their path, never taken for nothing, and no word of them told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLeft, writeLeft } from '../../mixer/agent/obs/takeover.ts';
import { fileSecrets } from '../../mixer/agent/secrets.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'agent-'));
const DAMAGED = ['', '{', 's3cr3t', '{"key": s3cr3t}', '[1]', 'null', '{"port": "s3cr3t"}', '{"trace": {"obs": 0}}'];

test.each(DAMAGED.filter((text) => text !== '{"trace": {"obs": 0}}'))('settings: %j', (text) => {
  const file = join(folder(), 'settings.json');
  writeFileSync(file, text);
  const { status, stderr } = spawnSync(process.execPath, ['mixer/agent/main.ts', file], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(file);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('s3cr3t');
});

test('settings that are not there', () => {
  const file = join(folder(), 'none.json');
  const { status, stderr } = spawnSync(process.execPath, ['mixer/agent/main.ts', file], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 1, stderr: `Cannot read the settings ${file}: ENOENT\n` });
});

test.each(['', '{', 's3cr3t', '{"key": s3cr3t}', '[1]', 'null', '{"key": 5}'])('secrets: %j', async (text) => {
  const file = join(folder(), 'secrets.json');
  writeFileSync(file, text);
  const told = await fileSecrets(file)('key').catch((error: Error) => error.message);
  expect(told).toContain(file);
  expect(told).not.toContain('s3cr3t');
});

test('secrets with a byte order mark', async () => {
  const file = join(folder(), 'secrets.json');
  writeFileSync(file, '\ufeff{"key": "value"}');
  expect(await fileSecrets(file)('key')).toBe('value');
});

test.each(DAMAGED)('what the agent before left: %j', async (text) => {
  const file = join(folder(), 'left.json');
  writeFileSync(file, text);
  const said: unknown[] = [];
  expect(await readLeft(file, (...words) => said.push(words))).toBeUndefined();
  expect(said).toEqual([['obs-not-taken-over', { reason: expect.stringContaining(file) }]]);
  expect(JSON.stringify(said)).not.toContain('s3cr3t');
});

test('what is left is written whole, read back while its OBS lives, and its absence needs no word', async () => {
  const dir = folder();
  const file = join(dir, 'left.json');
  const said: unknown[] = [];
  expect(await readLeft(file, (...words) => said.push(words))).toBeUndefined();
  const left = { port: 4455, password: 'p', trace: { obs: process.pid } };
  await writeLeft(file, left);
  expect(await readLeft(file, (...words) => said.push(words))).toEqual(left);
  expect(readdirSync(dir)).toEqual(['left.json']);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(left);
  expect(said).toEqual([]);
});
