/** The small parts of `serve --media`: addresses, programs that are kept running, leftovers, and the mixer without OBS. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { loopback } from '../../local/media/address.ts';
import { keepMark, keptMixers, mixerFolder } from '../../local/media/folder.ts';
import { endMarked, MARK, marked } from '../../local/media/marked.ts';
import { Program } from '../../local/media/process.ts';
import { httpServer } from '../mixer/support.ts';
import { missing, srtPipe } from '../relay/support.ts';
import { end, endAll, ended, PASSPHRASE, start, startRelay, until } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'media-'));
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

test('a resource has one loopback address, always the same, whatever the case of its id', () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(loopback(id, 'linux')).toMatch(
        /^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.([1-9]|\d\d|1\d\d|2[0-4]\d|25[0-4])$/,
      );
      expect(loopback(id.toUpperCase(), 'linux')).toBe(loopback(id.toUpperCase().toLowerCase(), 'linux'));
    }),
  );
  expect(loopback('anything', 'darwin')).toBe('127.0.0.1');
});

test('a program that ends is started again until it is stopped, and its words are kept', async () => {
  const logFile = join(folder, 'program.log');
  const spec = {
    id: 'x',
    command: process.execPath,
    args: ['-e', "console.log('word of', process.env.WHO)"],
    env: { WHO: 'mine' },
    logFile,
  };
  const program = new Program(spec);
  await until('two starts', () => program.restarts >= 2);
  await program.stop();
  const { restarts } = program;
  expect(readFileSync(logFile, 'utf8')).toMatch(/^(word of mine\n){2,}$/);
  expect(program.restarts).toBe(restarts);
  expect(program.pid).toBeUndefined();
});

/** A program that does nothing but start another one of its kind. */
const PARENT =
  "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true }); setInterval(() => {}, 1000)";

test('programs are found by the mark in their environment, with all that they started, and nothing else is ended', async () => {
  const run = (mark: string) => start(process.execPath, ['-e', PARENT], { env: { ...process.env, [MARK]: mark } });
  const ours = run('our-mark');
  const others = run('our-mark-2');
  await until('both and what they started', () => marked('our-mark').length === 2 && marked('our-mark-2').length === 2);
  // The child outlives its parent, as OBS outlives its agent.
  await end(ours, 'SIGKILL');
  expect(marked('our-mark').length).toBe(1);
  await endMarked('our-mark');
  expect(marked('our-mark')).toEqual([]);
  expect(marked('our-mark-2').length).toBe(2);
  expect([others.exitCode, others.signalCode]).toEqual([null, null]);
  await endMarked('our-mark-2');
});

test('what does not listen to SIGTERM is killed', async () => {
  const env = { ...process.env, [MARK]: 'deaf-mark' };
  const deaf = start(
    process.execPath,
    ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(1)"],
    { env },
  );
  await until('its handler', () => deaf.stdout?.readableLength);
  await endMarked('deaf-mark');
  await ended(deaf);
  expect(deaf.signalCode).toBe('SIGKILL');
});

test('when the parent is gone the guard ends the programs and removes the keys', async () => {
  const data = join(folder, 'guarded');
  keepMark(data, 'guarded-mark');
  mkdirSync(mixerFolder(data, 'mixer-a'), { recursive: true });
  writeFileSync(join(mixerFolder(data, 'mixer-a'), 'secrets.json'), '{"key":"k"}');
  const program = start(process.execPath, ['-e', PARENT], { env: { ...process.env, [MARK]: 'guarded-mark' } });
  await until('the program', () => marked('guarded-mark').length === 2);
  const guard = start(process.execPath, ['local/media/guard.ts', data], { stdio: ['pipe', 'inherit', 'inherit'] });
  guard.stdin?.end();
  expect(await ended(guard)).toBe(0);
  expect(marked('guarded-mark')).toEqual([]);
  expect(program.signalCode).toBe('SIGTERM');
  expect(keptMixers(data)).toEqual([]);
});

const launcher = srtPipe() ?? '';
const reason = missing('ffmpeg', 'pango-view') ?? (launcher ? undefined : 'srt-pipe cannot be compiled');
test.skipIf(reason)('without OBS the stand-in pulls both sources and says whether they come', async () => {
  const beats: { streaming: boolean; sources: Record<string, string> }[] = [];
  const plane = await httpServer((request, body) => {
    expect(request.headers.authorization).toBe('Bearer proof');
    beats.push(JSON.parse(body));
    return { status: 200, body: { streaming: true, scene: 'slides', intervalSeconds: 0.2 } };
  });
  const relay = await startRelay(launcher);
  const secretsFile = join(folder, 'secrets.json');
  writeFileSync(secretsFile, JSON.stringify({ key: 'k', egress: PASSPHRASE.egress, token: 'proof' }));
  const userData = {
    ...{
      v: 1,
      deploymentId: 'a-b-c',
      event: 'a',
      language: 'french',
      vaultUrl: 'https://mixers.vault.azure.net',
      controlPlaneUrl: plane.url,
      heartbeatSeconds: 0.2,
    },
    ...{ secrets: { streamKey: 'key', egress: 'egress', agentToken: 'token' } },
    ...{ programme: { host: '127.0.0.1', port: relay.egress }, slides: { host: '127.0.0.1', port: 9 } },
  };
  const settings = join(folder, 'settings.json');
  writeFileSync(settings, JSON.stringify({ secretsFile, userData }));
  const mixer = start(process.execPath, ['local/media/stand-in.ts', settings], {
    env: { ...process.env, SRT_PIPE: launcher },
  });
  await until('streaming', () => beats.at(-1)?.streaming && beats.at(-1)?.sources.programme === 'alive');
  expect(beats.at(-1)).toMatchObject({
    language: 'french',
    scene: 'slides',
    sources: { programme: 'alive', slides: 'silent' },
  });
  await end(relay.process);
  await until('silence', () => beats.at(-1)?.sources.programme === 'silent');
  await end(mixer);
  await plane.close();
});
