/** Who is on air stays on air: large buffers, short pauses, and strangers at the presenter's port. Real SRT on loopback. */
import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing, srtPipe } from '../relay/support.ts';
import {
  bars,
  call,
  end,
  endAll,
  ended,
  PASSPHRASE,
  publish,
  start,
  startRelay,
  type TestRelay,
  until,
} from './support.ts';

const launcher = srtPipe() ?? '';
const reason =
  missing('ffmpeg', 'pango-view') ??
  (launcher ? undefined : 'srt-pipe cannot be compiled: pkg-config or libsrt-gnutls-dev is missing');

/** A presenter that can pause without leaving: the connection stays, nothing is sent. */
class Presenter {
  readonly process: ChildProcess;
  #timer: NodeJS.Timeout | undefined;
  #at = 0;
  readonly #stream = readFileSync(bars());
  constructor(port: number, latency: number, passphrase = PASSPHRASE.ingest) {
    this.process = call(launcher, 'out', { port, passphrase, latency });
    this.resume();
  }
  resume(): void {
    const step = Math.floor(this.#stream.length / 188 / 30 / 25) * 188;
    this.#timer = setInterval(() => {
      this.process.stdin?.write(this.#stream.subarray(this.#at, this.#at + step));
      this.#at += step;
    }, 40);
  }
  pause(): void {
    clearInterval(this.#timer);
  }
  async leave(): Promise<void> {
    this.pause();
    await end(this.process);
  }
}
const told = (relay: TestRelay, event: string) => relay.log.filter((line) => line.event === event).length;

/** An ffmpeg that wants to publish, with these words in its address; resolves with what became of it. */
const knock = (port: number, query: string) =>
  ended(
    start('ffmpeg', [
      ...['-v', 'quiet', '-re', '-i', bars(), '-c', 'copy', '-f', 'mpegts'],
      `srt://127.0.0.1:${port}?mode=caller&connect_timeout=1000&pkt_size=1316${query}`,
    ]),
  );

/** The first packet of an SRT handshake, by the book (draft-sharabayko-srt, 3.2.1), and things that are none. */
async function scan(port: number): Promise<void> {
  const induction = Buffer.alloc(64);
  induction.writeUInt16BE(0x8000, 0);
  induction.writeUInt32BE(4, 16);
  induction.writeUInt16BE(2, 22);
  induction.writeUInt32BE(1500, 28);
  induction.writeUInt32BE(8192, 32);
  induction.writeUInt32BE(1, 36);
  induction.writeUInt32BE(0x1234, 40);
  const conclusion = Buffer.from(induction);
  conclusion.writeUInt32BE(5, 16);
  conclusion.writeInt32BE(-1, 36);
  const junk = [
    induction,
    conclusion,
    Buffer.alloc(1),
    Buffer.alloc(16, 0x80),
    Buffer.alloc(1400, 0xff),
    Buffer.from('GET /'),
  ];
  const socket = createSocket('udp4');
  for (let i = 0; i < 40; i++)
    for (const packet of junk)
      await new Promise<void>((resolve) => socket.send(packet, port, '127.0.0.1', () => resolve()));
  socket.close();
}

describe.skipIf(reason)(`patience${reason ? ` (${reason})` : ''}`, () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay(launcher);
  });
  afterAll(endAll);

  test.each([
    ['the presenter’s', {}, 9_000],
    ['the relay’s own', { SRT_LATENCY_MS: '8000' }, 80],
  ])(
    'a large buffer, %s wish, is waited for, and nobody is let go meanwhile',
    async (_, settings, latency) => {
      const patient = await startRelay(launcher, settings);
      const agreed = Math.max(latency, 8000);
      const presenter = new Presenter(patient.ingest, latency);
      const filling = await patient.when('filling', (h) => h.input.latencyMs !== null);
      expect(filling.input).toMatchObject({ connected: true, latencyMs: agreed });
      expect(filling.input.problem).toMatch(/its first picture comes when the agreed SRT buffer is full/);
      await patient.when('programme', (h) => h.source === 'programme', 20);
      // Half a second of silence on the wire is nothing to a buffer of eight.
      presenter.pause();
      const second = new Presenter(patient.ingest, latency);
      await until('the second waits or is refused', () => told(patient, 'presenter-connected') === 1, 1);
      presenter.resume();
      await until('refused', () => told(patient, 'second-publisher-refused') === 1);
      const after = await patient.health();
      expect(after).toMatchObject({ source: 'programme', recycles: 0, input: { connected: true } });
      expect(told(patient, 'presenter-connected')).toBe(1);
      await Promise.all([presenter.leave(), second.leave()]);
      await end(patient.process);
    },
    40_000,
  );

  test('strangers change nothing, neither while the presenter sends nor while it pauses for a second', async () => {
    const presenter = new Presenter(relay.ingest, 80);
    await relay.when('programme', (h) => h.source === 'programme');
    const before = await relay.health();
    const connected = told(relay, 'presenter-connected');
    const strangers = () => [
      knock(relay.ingest, '&passphrase=not-the-passphrase'),
      knock(relay.ingest, ''),
      knock(relay.ingest, '&passphrase=not-the-passphrase&streamid=#!::r=programme,m=publish'),
      scan(relay.ingest),
    ];
    for (const code of (await Promise.all(strangers())).slice(0, 3)) expect(code).not.toBe(0);
    presenter.pause();
    const paused = performance.now();
    const knocks = strangers();
    await relay.when('a stranger refused', (h) => h.rejected > before.rejected + 3, 5);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, paused + 1000 - performance.now())));
    presenter.resume();
    await Promise.all(knocks);
    await relay.when('bytes again', (h) => (h.input.lastPacketAgeMs ?? 1e9) < 200);
    const after = await relay.health();
    expect(after.recycles).toBe(before.recycles);
    expect(after.restarts).toBe(before.restarts);
    expect(after.input.secondPublishers).toBe(before.input.secondPublishers);
    expect(told(relay, 'presenter-connected')).toBe(connected);
    expect(told(relay, 'presenter-left')).toBe(0);
    // The log says it once, and how often every ten seconds: strangers cannot fill it.
    expect(told(relay, 'passphrase-refused')).toBeLessThan(4);
    await presenter.leave();
    await relay.when('slate', (h) => h.source === 'slate');
  }, 30_000);

  test('who knows the passphrase takes the place of one who has died, in the same connection', async () => {
    const first = publish(bars(), relay.ingest);
    await relay.when('programme', (h) => h.source === 'programme');
    const { recycles, input } = await relay.health();
    const connected = told(relay, 'presenter-connected');
    await end(first, 'SIGKILL');
    const second = new Presenter(relay.ingest, 80);
    await until('the second in the place', () => told(relay, 'presenter-connected') === connected + 1);
    await relay.when('programme', (h) => h.source === 'programme' && h.input.connected);
    expect(await relay.health()).toMatchObject({
      recycles: recycles + 1,
      input: { secondPublishers: input.secondPublishers },
    });
    expect(second.process.exitCode).toBeNull();
    await second.leave();
    await relay.when('slate', (h) => h.source === 'slate');
  });

  test('a player at the presenter’s port is turned away, with or without a presenter', async () => {
    const { secondPublishers } = (await relay.health()).input;
    const url = `srt://127.0.0.1:${relay.ingest}?mode=caller&passphrase=${PASSPHRASE.ingest}&streamid=#!::r=x,m=request`;
    const player = start('ffmpeg', ['-v', 'quiet', '-i', url, '-f', 'null', '-']);
    await relay.when('turned away', (h) => h.input.secondPublishers > secondPublishers);
    await ended(player);
    const presenter = new Presenter(relay.ingest, 80);
    await relay.when('programme', (h) => h.source === 'programme');
    await presenter.leave();
  });
});
