/** Four sounds with one picture, and two presenters, over real SRT on loopback: who asks for what gets it, whatever client asks. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proofOf } from '../../contract/relay-control.ts';
import { look, rising } from '../relay/streams.ts';
import { missing, srtPipe } from '../relay/support.ts';
import {
  Caller,
  end,
  endAll,
  ended,
  PASSPHRASE,
  publish,
  start,
  startRelay,
  type TestRelay,
  tonesIn,
  tracks,
  until,
} from './support.ts';

const launcher = srtPipe() ?? '';
const reason =
  missing('ffmpeg', 'pango-view') ??
  (launcher ? undefined : 'srt-pipe cannot be compiled: pkg-config or libsrt-gnutls-dev is missing');

const callerOf = (relay: TestRelay, id: string) => new Caller(launcher, relay.egress, PASSPHRASE.egress, 80, id);
const ONCE = { headers: { connection: 'close' } };
/** What ffmpeg gets whose address has this for a stream id. */
function ffmpegOf(relay: TestRelay, id: string) {
  const url = `srt://127.0.0.1:${relay.egress}?mode=caller&latency=80000&passphrase=${PASSPHRASE.egress}&streamid=${id}`;
  const child = start('ffmpeg', ['-v', 'quiet', '-i', url, '-map', '0', '-c', 'copy', '-f', 'mpegts', '-']);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  return { child, bytes: () => Buffer.concat(chunks) };
}
async function control(relay: TestRelay, method: string, path: string, body = '', passphrase = PASSPHRASE.ingest) {
  const authorization = await proofOf(passphrase, { method, path, body }, Date.now());
  return fetch(`${relay.url}${path}`, {
    method,
    headers: { authorization, connection: 'close' },
    ...(body && { body }),
  });
}
/** What a strict receiver must not find, and the longest time without a new picture, s. */
function unbroken(stream: Buffer): number {
  const seen = look(stream);
  expect(seen.continuityErrors).toEqual([]);
  expect([...seen.pids].sort((a, b) => a - b)).toEqual([0, 0x100, 0x101, 0x1000]);
  for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
  const dts = seen.dts.get(0x100) ?? [];
  return Math.max(...dts.slice(1).map((time, i) => time - (dts[i] ?? 0))) / 90_000;
}

describe.skipIf(reason)(`sound tracks and presenters on SRT${reason ? ` (${reason})` : ''}`, () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay(launcher, { PRESENTER_STEADY_SECONDS: '2' });
  });
  afterAll(endAll);

  test('each caller hears the track that its stream id says, whichever form its client sends', async () => {
    const early = callerOf(relay, 'programme/spa');
    await relay.when('the wish on the slate', (h) => h.wishes.length === 1);
    const presenter = publish(tracks(), relay.ingest);
    await relay.when('four tracks', (h) => h.source === 'programme' && h.tracks.length === 4);
    const wishes: [id: string, tone: number][] = [
      ['', 440],
      ['#!::r=programme,audio=fra', 660],
      ['#!::audio=4,r=programme,m=request', 1100],
      ['audio=3', 880],
      ['programme/fre', 660],
    ];
    const callers = wishes.map(([id]) => callerOf(relay, id));
    // ffmpeg sends an id as it stands in the address, percent-encoding included.
    const clients = ['#!::r=programme,audio=spa', '%23!::r%3Dprogramme%2Caudio%3Dspa', 'programme/2', 'programme/deu'];
    const ffmpegs = clients.map((id) => ffmpegOf(relay, id));
    const health = await relay.when('all callers', (h) => h.callers === 10 && h.tracks.every((t) => t.bitrate > 0));
    expect(health.tracks.map(({ language, codec }) => [language, codec])).toEqual(
      ['eng', 'fra', 'spa', null].map((language) => [language, 'AAC']),
    );
    expect(new Map(health.wishes.map(({ wish, track }) => [wish, track]))).toEqual(
      new Map([
        ['es', 3],
        ['fr', 2],
        ['4', 4],
        ['3', 3],
        ['2', 2],
        ['de', null],
      ]),
    );
    expect(health.input.warning).toBe(
      "callers who ask for sound track de get the floor's: the programme has 1 eng, 2 fra, 3 spa, 4",
    );
    await until('three seconds of sound', () => ffmpegs.every(({ bytes }) => bytes().length > 250_000), 30);
    await until('three seconds at the callers', () => callers.every(({ stream }) => stream.length > 250_000), 30);
    expect(await Promise.all(callers.map(({ stream }) => tonesIn(stream)))).toEqual(wishes.map(([, tone]) => [tone]));
    expect(await Promise.all(ffmpegs.map(({ bytes }) => tonesIn(bytes())))).toEqual([[880], [880], [660], [440]]);
    expect(await tonesIn(early.stream)).toEqual([880]);
    for (const { stream } of [early, ...callers]) unbroken(stream);

    const loud = await until('levels', async () => {
      const asked = (await (await fetch(`${relay.url}/health?levels`, ONCE)).json()) as typeof health;
      return asked.tracks.every(({ loudnessLufs }) => loudnessLufs !== null && loudnessLufs > -60) && asked;
    });
    for (const { peakDb } of loud.tracks) expect(peakDb).toBeGreaterThan(-25);
    const text = await (await fetch(`${relay.url}/metrics`, ONCE)).text();
    expect(text).toMatch(
      /^srt_relay_track_loudness_lufs\{role="relay",track="2",language="fra",codec="AAC"\} -\d+(\.\d)?$/m,
    );
    expect(text).toMatch(/^srt_relay_wish_found\{role="relay",wish="de"\} 0$/m);
    for (const { process } of callers) await end(process, 'SIGKILL');
    for (const { child } of ffmpegs) await end(child, 'SIGKILL');
    await end(presenter, 'SIGINT');
    await relay.when('slate', (h) => h.source === 'slate');
    unbroken(early.stream);
    await end(early.process);
  }, 90_000);

  test('the backup takes over from one who is killed within a second, and gives way when the main one is steady', async () => {
    const caller = callerOf(relay, 'programme/fra');
    const main = publish(tracks(), relay.ingest);
    await relay.when('main on air', (h) => h.presenters.onAir === 'main');
    const backup = publish(tracks(), relay.ingest, PASSPHRASE.ingest, 'programme/backup');
    const both = await relay.when('both', (h) => h.presenters.main.bitrate > 1e5 && h.presenters.backup.bitrate > 1e5);
    expect(both.presenters).toMatchObject({ onAir: 'main', wanted: 'auto', takeovers: 0 });
    // A third knows the passphrase, and finds no place.
    const third = publish(tracks(), relay.ingest, PASSPHRASE.ingest, 'backup');
    expect(await ended(third)).not.toBe(0);
    expect((await relay.health()).input.secondPublishers).toBeGreaterThan(0);

    await end(main, 'SIGKILL');
    await relay.when('the backup on air', (h) => h.presenters.onAir === 'backup');
    const again = publish(tracks(), relay.ingest);
    await relay.when('main again', (h) => h.presenters.onAir === 'main', 30);
    const onAir = relay.log.filter(({ event }) => event === 'on-air').slice(-3);
    expect(onAir.map(({ presenter }) => presenter)).toEqual(['main', 'backup', 'main']);
    await end(caller.process);
    expect(unbroken(caller.stream)).toBeLessThan(1.5);
    expect(await tonesIn(caller.stream)).toEqual([660]);

    // By hand: at once, and back.
    expect((await control(relay, 'POST', '/source', '{"active":"backup"}')).status).toBe(200);
    await relay.when('the backup by hand', (h) => h.presenters.onAir === 'backup' && h.presenters.wanted === 'backup');
    expect((await control(relay, 'POST', '/source', '{"active":"main"}')).status).toBe(200);
    await relay.when('main by hand', (h) => h.presenters.onAir === 'main');

    const jpeg = await control(relay, 'GET', '/preview.jpg');
    expect([jpeg.status, jpeg.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const probe = ['-v', 'error', '-f', 'jpeg_pipe', '-show_entries', 'stream=width,height', '-of', 'csv=p=0', '-'];
    expect(`${execFileSync('ffprobe', probe, { input: Buffer.from(await jpeg.arrayBuffer()) })}`.trim()).toBe(
      '320,180',
    );
    for (const publisher of [again, backup]) await end(publisher, 'SIGINT');
    await relay.when('slate', (h) => h.source === 'slate');
  }, 90_000);

  test('without proof nobody tells the relay anything, and sees no picture', async () => {
    const body = '{"active":"backup"}';
    const bare = await fetch(`${relay.url}/source`, { method: 'POST', body });
    const wrong = await control(relay, 'POST', '/source', body, PASSPHRASE.egress);
    expect([bare.status, wrong.status, (await fetch(`${relay.url}/preview.jpg`)).status]).toEqual([401, 401, 401]);
    expect((await control(relay, 'POST', '/source', '{"active":"nobody"}')).status).toBe(400);
    expect((await fetch(`${relay.url}/source`)).status).toBe(405);
    const authorization = await proofOf(PASSPHRASE.ingest, { method: 'POST', path: '/source', body }, Date.now());
    const twice = () => fetch(`${relay.url}/source`, { method: 'POST', headers: { authorization }, body });
    expect([(await twice()).status, (await twice()).status]).toEqual([200, 401]);
  });
});
