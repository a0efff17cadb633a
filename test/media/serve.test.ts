/** The whole product with real pictures: `serve --media`, deploy, publish, look at the mixer's output, kill the relay, tear down. Needs a build. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keptMixers, lastMark } from '../../local/media/folder.ts';
import { marked } from '../../local/media/marked.ts';
import { missing, srtPipe } from '../relay/support.ts';
import { Served } from './served.ts';
import { recording, start, until } from './support.ts';

const reason =
  missing('ffmpeg', 'pango-view', 'obs', 'Xvfb') ?? (srtPipe() ? undefined : 'srt-pipe cannot be compiled');

/** Local addresses, as /proc/net writes them, on which a process listens for TCP. */
function listens(pid: number): string[] {
  const own = new Set<string>();
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) own.add(readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    // It ended or closed something meanwhile; it is looked at again.
  }
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(`socket:[${inode}]`))
      .map(([, address = '']) => address.split(':')[0] ?? ''),
  );
}
/** 127.0.0.0/8, also as IPv6 writes it, and ::1; the words are in the machine's byte order. */
const LOOPBACK = /^(?:0{16}FFFF0000)?[0-9A-F]{6}7F$|^0{24}01000000$/;

/** Files below a folder that contain a text. */
const holding = (folder: string, text: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = join(folder, name);
    // Programs write and remove files while this looks: what is gone holds nothing.
    try {
      return statSync(file).isFile() && readFileSync(file).includes(text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  });

describe.skipIf(reason)(`serve --media${reason ? ` (${reason})` : ''}`, () => {
  const data = mkdtempSync(join(tmpdir(), 'serve-media-'));
  const media = join(data, 'media');
  const served = new Served(data);
  let passphrase = '';
  beforeAll(() => served.start());
  afterAll(() => served.stop());

  const get = (path: string) => served.get(path);
  const post = async (path: string, body: unknown) => {
    const answer = await served.post(path, body);
    expect(answer.status, answer.text).toBe(202);
  };
  interface Metrics {
    relay: { health?: { input: { connected: boolean }; source: string; callers: number } };
    mixers: { streaming?: boolean }[];
  }
  const metrics = (what: string, wanted: (metrics: Metrics) => boolean | undefined, seconds = 40) =>
    until(what, async () => wanted((await get('/api/events/onair/metrics')) as unknown as Metrics), seconds);
  const state = async () => (await get('/api/status/onair')).state as string;

  test('a deployment runs for real, and the presenter is seen at the mixer’s output', async () => {
    await served.ready();
    await post('/api/deploy', { event: 'onair', languages: ['french'], youtubeKeys: { french: 'some-stream-key' } });
    await until('live', async () => (await state()) === 'live', 90);
    const { srtUrl } = await get('/api/events/onair/credentials');
    passphrase = new URL(String(srtUrl)).searchParams.get('passphrase') ?? '';
    expect(passphrase.length).toBeGreaterThan(9);
    expect(served.text).toMatch(/media: relay-\S+ takes srt:\S+\?mode=caller \(passphrase: stream-control credentials/);
    expect(served.text).not.toContain(passphrase);
    await until('OBS with its websocket', () => marked(lastMark(media) ?? '').flatMap(listens).length >= 5);
    const open = marked(lastMark(media) ?? '').flatMap(listens);
    expect(open.filter((address) => !LOOPBACK.test(address))).toEqual([]);
    expect((await get('/api/status/onair')).connection).toMatchObject({
      srtUrl: String(srtUrl).replace(/&passphrase.*/, ''),
    });
    const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
    const red = recording('red', 10, [...x264, '-c:a', 'aac'], ['color=red:s=640x360:r=25', 'sine=f=440:r=48000']);
    const send = () =>
      start('ffmpeg', [
        '-v',
        'error',
        '-re',
        '-stream_loop',
        '-1',
        '-i',
        red,
        '-c',
        'copy',
        '-f',
        'mpegts',
        `${srtUrl}`,
      ]);
    send();
    await metrics(
      'input and stream in the status',
      ({ relay, mixers }) => relay.health?.input.connected && mixers[0]?.streaming,
    );

    const output = /shows at (srt:\S+)/.exec(served.text)?.[1];
    await until(
      'red at the output',
      () => {
        const args = [
          '-v',
          'quiet',
          '-i',
          `${output}?mode=caller`,
          '-frames:v',
          '1',
          '-vf',
          'scale=8:8',
          '-f',
          'rawvideo',
          '-pix_fmt',
          'rgb24',
          '-',
        ];
        const [r = 0, g = 255, b = 255] = spawnSync('ffmpeg', args, { timeout: 15_000 }).stdout.subarray(96);
        return r > 150 && g < 80 && b < 80;
      },
      60,
    );

    // The relay's process is killed: everything finds together again by itself, also the presenter's encoder on its next try.
    const programs = JSON.parse(readFileSync(join(data, 'media/running.json'), 'utf8')) as { pid: number }[];
    const relay = programs.find(({ pid }) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('ROLE=relay'));
    process.kill(relay?.pid ?? 0, 'SIGKILL');
    await until('the relay to be noticed as gone or back', async () => {
      const seen = (await get('/api/events/onair/metrics')) as unknown as Metrics;
      return seen.relay.health?.input.connected !== true;
    });
    await until(
      'the presenter back on air',
      async () => {
        const seen = (await get('/api/events/onair/metrics')) as unknown as Metrics;
        if (seen.relay.health && !seen.relay.health.input.connected) send();
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return seen.relay.health?.source === 'programme' && seen.relay.health.callers > 0;
      },
      60,
    );
    await until('live', async () => (await state()) === 'live', 60);
  }, 200_000);

  test('a teardown ends every program', async () => {
    await post('/api/teardown', { event: 'onair', confirm: true });
    await until('gone', async () => (await state()) === 'gone', 90);
    await until('no programs', () => readFileSync(join(media, 'running.json'), 'utf8') === '[]');
    await until('no mixer’s folder', () => keptMixers(media).length === 0);
    // The event is gone while the simulator still runs, and no file has a key: not OBS's, not the vault's, no log.
    for (const key of ['some-stream-key', passphrase]) expect([key, holding(data, key)]).toEqual([key, []]);
    expect(served.text).not.toContain(passphrase);
  }, 120_000);

  test('a kill in the middle of an event leaves no program and no key of a mixer, and the next start goes on', async () => {
    await post('/api/deploy', {
      event: 'killed',
      languages: ['french'],
      youtubeKeys: { french: 'another-stream-key' },
    });
    const obs = () => holding(media, 'another-stream-key');
    await until('the key at the mixer', () => obs().length > 0, 90);
    const mark = lastMark(media) ?? '';
    // Two relays and a sink with their srt-pipes and ffmpeg, the agent, OBS and its display.
    await until('all programs', () => marked(mark).length >= 12, 60);
    await served.kill();
    await until('nothing left', () => marked(mark).length === 0 && keptMixers(media).length === 0);
    expect(holding(media, 'another-stream-key')).toEqual([]);
    served.start();
    await served.ready();
    await until('live', async () => (await get('/api/status/killed')).state === 'live', 120);
    expect(lastMark(media)).not.toBe(mark);
  }, 240_000);
});
