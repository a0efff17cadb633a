/** `serve --media` with the template `interpreted`: real relay and light mixers, each destination with its own sound. Needs a build. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keptMixers, RUNNING } from '../../local/media/folder.ts';
import { missing, srtPipe } from '../relay/support.ts';
import { Served } from './served.ts';
import { start, tonesIn, tracks, until } from './support.ts';

const reason = missing('ffmpeg', 'pango-view') ?? (srtPipe() ? undefined : 'srt-pipe cannot be compiled');
const SOUNDS = { original: 440, french: 660 };

describe.skipIf(reason)(`an interpreted event with real media${reason ? ` (${reason})` : ''}`, () => {
  const data = mkdtempSync(join(tmpdir(), 'serve-interpreted-'));
  const served = new Served(data);
  beforeAll(() => served.start());
  afterAll(() => {
    over = true;
    return served.stop();
  });

  const get = (path: string) => served.get(path);
  const post = async (path: string, body: unknown) => {
    const answer = await served.post(path, body);
    expect(answer.status, answer.text).toBeLessThan(300);
    return answer.body;
  };
  const status = () => get('/api/status/onair');
  const presenters = async () =>
    ((await status()) as { presenters: { onAir: string; wanted: string; backup: { connected: boolean } } | null })
      .presenters;
  let over = false;
  /** A presenter who calls again whenever the call has ended, as encoders do. */
  const present = (url: string): void => {
    const args = [
      '-v',
      'error',
      '-re',
      '-stream_loop',
      '-1',
      '-i',
      tracks(),
      '-map',
      '0',
      '-c',
      'copy',
      '-f',
      'mpegts',
    ];
    start('ffmpeg', [...args, url]).once('close', () => over || setTimeout(() => present(url), 500));
  };
  /** What is heard at the destination of a language. */
  const heard = async (language: string): Promise<string> => {
    const output = new RegExp(`light-${language}-\\S+ shows at (srt:\\S+)`).exec(served.text)?.[1];
    const args = ['-v', 'quiet', '-i', `${output}?mode=caller`, '-t', '3', '-c', 'copy', '-f', 'mpegts', '-'];
    return `${await tonesIn(spawnSync('ffmpeg', args, { timeout: 20_000, maxBuffer: 2 ** 26 }).stdout)}`;
  };

  test('is live when real destinations have accepted picture and sound; each hears its own', async () => {
    await served.ready();
    await post('/api/deploy', {
      ...{ event: 'onair', template: 'interpreted', languages: Object.keys(SOUNDS) },
      youtubeKeys: { original: 'key-of-original', french: 'key-of-french' },
    });
    await until('live', async () => (await status()).state === 'live', 120);
    const { mixers } = (await get('/api/events/onair/metrics')) as { mixers: { acceptedSounds: number }[] };
    for (const { acceptedSounds } of mixers) expect(acceptedSounds).toBeGreaterThan(0);
    expect(served.text).not.toContain('key-of-');
    const { srtUrl } = await get('/api/events/onair/credentials');
    for (const id of ['', '&streamid=backup']) present(`${srtUrl}${id}`);
    for (const [language, tone] of Object.entries(SOUNDS))
      await until(`the sound of ${language}`, async () => (await heard(language)) === `${tone}`, 90);
  }, 240_000);

  test('another sound and the other presenter, by the control plane’s word', async () => {
    await until('both presenters', async () => (await presenters())?.backup.connected);
    expect(await post('/api/events/onair/source', { active: 'backup' })).toMatchObject({ wanted: 'backup' });
    await until('the backup on air', async () => (await presenters())?.onAir === 'backup');
    const told = await post('/api/events/onair/languages', { audio: { french: 'spa' } });
    expect(told).toMatchObject({ audio: { french: 'spa' }, notes: [] });
    await until('Spanish for the French', async () => (await heard('french')) === '880', 60);
  }, 180_000);

  test('a relay that is killed is there again, is told again who is wanted, and each language finds back', async () => {
    const running = () =>
      JSON.parse(readFileSync(join(data, 'media', RUNNING), 'utf8')) as { pid: number; program: string }[];
    const relay = () => running().find(({ program }) => /relay-onair/.test(program))?.pid;
    const killed = relay();
    process.kill(killed ?? 0, 'SIGKILL');
    await until('another relay', () => ![undefined, killed].includes(relay()));
    // Of itself it would prefer the main presenter.
    await until('the backup on air again', async () => {
      const now = await presenters();
      return now?.onAir === 'backup' && now.wanted === 'backup';
    });
    await until(
      'each language',
      async () => (await heard('original')) === '440' && (await heard('french')) === '880',
      90,
    );
  }, 240_000);

  test('a teardown ends every program, and no key stays', async () => {
    over = true;
    await post('/api/teardown', { event: 'onair', confirm: true });
    await until('gone', async () => (await status()).state === 'gone', 90);
    await until('no folder of a mixer', () => keptMixers(join(data, 'media')).length === 0, 30);
  }, 120_000);
});
