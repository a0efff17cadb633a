/** publisher -> relay + slides -> agent and OBS -> RTMP sink, all real, on loopback; pictures are looked at. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Frame, PICTURE_ROUTE, PICTURE_WIDTH, pictureSchema } from '../../contract/pictures.ts';
import type { Status } from '../../mixer/agent/status.ts';
import { httpServer } from '../mixer/support.ts';
import { missing, srtPipe } from '../relay/support.ts';
import {
  end,
  endAll,
  ended,
  PASSPHRASE,
  piped,
  publish,
  recording,
  start,
  startRelay,
  type TestRelay,
  tcpPort,
  tonesIn,
  tracks,
  until,
} from './support.ts';

const launcher = srtPipe() ?? '';
const reason = missing('ffmpeg', 'pango-view', 'obs', 'Xvfb') ?? (launcher ? undefined : 'srt-pipe cannot be compiled');

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
const red = () => recording('red', 10, [...X264, '-c:a', 'aac'], ['color=red:s=640x360:r=25', 'sine=f=440:r=48000']);
const blue = () => recording('blue', 10, X264, ['color=blue:s=640x360:r=25']);

/** The colour in the middle of a box of the picture: red, blue, or dark (the slate's background). */
function colour(picture: Buffer, width: number, x: number, y: number): string {
  const at = (Math.round(y * 36) * 10 * width + Math.round(x * width)) * 3;
  const [r = 0, g = 0, b = 0] = picture.subarray(at, at + 3);
  if (r > 150 && g < 100 && b < 100) return 'red';
  if (b > 150 && r < 100 && g < 100) return 'blue';
  return r < 60 && g < 60 && b < 60 ? 'dark' : `rgb(${r},${g},${b})`;
}
/** Background and inset of each second of a recording, e.g. `blue/red`. */
function seen(file: string): string[] {
  const args = ['-v', 'error', '-i', file, '-vf', 'fps=2,scale=640:360', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const raw = spawnSync('ffmpeg', args, { maxBuffer: 1e9 }).stdout;
  const size = 640 * 360 * 3;
  return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => {
    const picture = raw.subarray(i * size, (i + 1) * size);
    return `${colour(picture, 640, 0.3, 0.3)}/${colour(picture, 640, 0.83, 0.9)}`;
  });
}
/** Mean loudness of a stretch of a recording in dB. */
function loudness(file: string, options: string[] = []): number {
  const { stderr } = spawnSync('ffmpeg', [...options, '-i', file, '-vn', '-af', 'volumedetect', '-f', 'null', '-'], {
    encoding: 'utf8',
  });
  return Number(/mean_volume: (\S+) dB/.exec(stderr)?.[1] ?? Number.NEGATIVE_INFINITY);
}

describe.skipIf(reason)(`a mixer on the air${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixer-'));
  const beats: Status[] = [];
  const frames: Frame[] = [];
  let desired: Record<string, unknown> = { streaming: false, scene: 'programme+slides', intervalSeconds: 0.3 };
  let relay: TestRelay;
  let slides: TestRelay;
  let plane: Awaited<ReturnType<typeof httpServer>>;
  let rtmp = 0;
  let agent: ChildProcess;
  const log: Record<string, unknown>[] = [];
  const secretsFile = join(folder, 'secrets.json');
  const secrets = { key: 'first-key', egress: PASSPHRASE.egress, token: 'proof' };

  const startAgent = () => {
    agent = start(process.execPath, ['mixer/agent/main.ts', join(folder, 'settings.json')]);
    if (agent.stdout) createInterface({ input: agent.stdout }).on('line', (line) => log.push(JSON.parse(line)));
  };
  const last = (event: string) => log.findLast((line) => line.event === event);
  const beat = (what: string, wanted: (status: Status) => boolean, seconds = 25) =>
    until(
      what,
      () => {
        const now = beats.at(-1);
        return now && wanted(now) && now;
      },
      seconds,
    );
  const sink = (name: string) => {
    const file = join(folder, `${name}.flv`);
    const process = start('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-listen',
      '1',
      '-i',
      `rtmp://127.0.0.1:${rtmp}/live/${name}`,
      '-c',
      'copy',
      '-flush_packets',
      '1',
      file,
    ]);
    return { process, file };
  };

  beforeAll(async () => {
    rtmp = await tcpPort();
    plane = await httpServer((request, body) => {
      if (request.headers.authorization !== 'Bearer proof') return { status: 401, body: {} };
      if (request.url === `/${PICTURE_ROUTE}`) {
        frames.push(pictureSchema.parse(JSON.parse(body)));
        return { status: 200, body: { wanted: true } };
      }
      beats.push(JSON.parse(body));
      return { status: 200, body: desired };
    });
    [relay, slides] = await Promise.all([startRelay(launcher), startRelay(launcher, { ROLE: 'slides' })]);
    mkdirSync(join(folder, 'home'));
    writeFileSync(secretsFile, JSON.stringify(secrets));
    const userData = {
      ...{
        v: 1,
        deploymentId: 'test-a-b',
        event: 'test',
        title: 'Test',
        language: 'french',
        controlPlaneUrl: plane.url,
      },
      ...{
        heartbeatSeconds: 0.3,
        vaultUrl: 'https://unused.example',
        secrets: { streamKey: 'key', egress: 'egress', agentToken: 'token' },
      },
      ...{ programme: { host: '127.0.0.1', port: relay.egress }, slides: { host: '127.0.0.1', port: slides.egress } },
      layout: { profile: '360p15', streamServer: `rtmp://127.0.0.1:${rtmp}/live`, latencyMs: 80 },
    };
    const local = { userData, secretsFile, healthPort: 0, obs: { port: 0, home: join(folder, 'home') } };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(local));
  });
  afterAll(async () => {
    await endAll();
    await plane?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is ready and idle until it is told to stream, and sees both sources on the slate', async () => {
    startAgent();
    const idle = await beat('sources alive', (s) => s.sources.programme === 'alive' && s.sources.slides === 'alive');
    expect(idle).toMatchObject({ language: 'french', streaming: false, scene: 'programme+slides' });
    expect((await relay.health()).callers).toBe(1);
    const page = await fetch(`http://127.0.0.1:${last('ready')?.health}/health`);
    expect([page.status, ((await page.json()) as Status).language]).toEqual([200, 'french']);
  });

  test('programme, slate in the gap, and programme again arrive at the sink with slides and sound', async () => {
    const slidesSender = publish(blue(), slides.ingest);
    const presenter = publish(red(), relay.ingest);
    await relay.when('programme', (h) => h.source === 'programme');
    await slides.when('slides', (h) => h.source === 'programme');
    const { process, file } = sink('first-key');
    desired = { ...desired, streaming: true };
    const shows = (what: string) => until(`${what} at the sink`, () => seen(file).at(-1) === what);
    await shows('blue/red');
    await end(presenter, 'SIGINT');
    await relay.when('slate', (h) => h.source === 'slate');
    await shows('blue/dark');
    const again = publish(red(), relay.ingest);
    await shows('blue/red');
    expect((await beat('on air', (s) => s.streaming)).problems).toEqual([]);
    expect(frames).toEqual([]);
    desired = { ...desired, pictureSeconds: 0.5 };
    const frame = await until('a small picture with its sound', () =>
      frames.find(({ peakDb }) => (peakDb ?? -99) > -40),
    );
    const jpeg = join(folder, 'small.jpg');
    writeFileSync(jpeg, Buffer.from(frame.picture, 'base64'));
    const args = ['-v', 'error', '-i', jpeg, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
    const small = spawnSync('ffmpeg', args).stdout;
    expect(small.length).toBe(PICTURE_WIDTH * 90 * 3);
    const [r = 0, g = 0, b = 0] = small.subarray((27 * PICTURE_WIDTH + 48) * 3);
    expect(b > 150 && r < 100 && g < 100, `rgb(${r},${g},${b})`).toBe(true);
    const { pictureSeconds: _nobodyLooks, ...unwatched } = desired;
    desired = unwatched;
    await end(process, 'SIGINT');
    await end(again, 'SIGINT');
    await end(slidesSender, 'SIGINT');

    expect(loudness(file)).toBeGreaterThan(-40);
    const probe = execFileSync(
      'ffprobe',
      ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', file],
      { encoding: 'utf8' },
    );
    expect(probe).toMatch(/h264,640,360/);
    expect(probe).toMatch(/aac/);
  });

  test('a lost stream is counted, reconnects, and no counter goes back', async () => {
    const before = beats.length;
    const lost = await beat('the loss counted', (s) => s.reconnects >= 1 && !s.streaming);
    const { process } = sink('first-key');
    await beat('on air again', (s) => s.streaming && s.sentBytes > lost.sentBytes);
    const bytes = beats.slice(before).map((s) => s.sentBytes);
    expect(bytes.every((value, i) => i === 0 || value >= (bytes[i - 1] ?? 0))).toBe(true);
    await end(process, 'SIGKILL');
  });

  test('OBS killed on air is started again and streams on', async () => {
    process.kill(last('obs-started')?.pid as number, 'SIGKILL');
    await beat('the death counted', (s) => s.obs.restarts === 1);
    const { process: server } = sink('first-key');
    await beat('on air after the restart', (s) => s.streaming && s.scene === 'programme+slides');
    expect(await Promise.race([ended(server), Promise.resolve('running')])).toBe('running');
  });

  test('an agent killed on air is followed by one that takes the running OBS over; the stream never stops', async () => {
    const pid = last('obs-started')?.pid as number;
    await end(agent, 'SIGKILL');
    beats.length = 0;
    startAgent();
    await until('taken over', () => last('obs-taken-over')?.pid === pid);
    const status = await beat('still on air', (s) => s.streaming);
    expect(status).toMatchObject({ reconnects: 0, obs: { restarts: 0 } });
  });

  test('a rotated key is read again, and a restart is done once per id', async () => {
    writeFileSync(secretsFile, JSON.stringify({ ...secrets, key: 'second-key' }));
    desired = { ...desired, rereadId: 'r1' };
    const service = join(folder, 'home/.config/obs-studio/basic/profiles/mixer/service.json');
    await until('the new key in use', () => readFileSync(service, 'utf8').includes('second-key'));
    desired = { ...desired, restartId: 'x1' };
    await until('restarted', () => log.filter(({ event }) => event === 'obs-ended').length === 2);
    const seenBeats = beats.length;
    await until('more heartbeats', () => beats.length > seenBeats + 5);
    expect(log.filter(({ event }) => event === 'restart-asked')).toHaveLength(1);
  });

  test('with a sound of its own it hears exactly that track, and another when it is told so', async () => {
    const { file } = sink('second-key');
    desired = { ...desired, audio: 'spa' };
    publish(tracks(), relay.ingest);
    await relay.when('Spanish asked for', (h) => h.wishes.some(({ wish, track }) => wish === 'es' && track === 3));
    await beat('on air', (s) => s.streaming, 60);
    const heard = async () => {
      const args = ['-v', 'quiet', '-i', file, '-c', 'copy', '-f', 'mpegts', '-'];
      return `${await tonesIn(await piped('ffmpeg', args, Buffer.alloc(0)))}`;
    };
    await until('Spanish alone at the sink', async () => (await heard()) === '880');
    desired = { ...desired, audio: '2' };
    await until('French alone at the sink', async () => (await heard()) === '660');
    expect(beats.at(-1)).toMatchObject({ streaming: true, problems: [] });
  });

  test('told to stop it stops, and at its end nothing of it is left', async () => {
    desired = { ...desired, streaming: false };
    await beat('off the air', (s) => s.obs.running && !s.streaming);
    const pid = last('obs-started')?.pid as number;
    await end(agent, 'SIGTERM');
    expect(agent.exitCode).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow();
  });
});
