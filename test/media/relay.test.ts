/** The relay as a process, with real publishers and callers over SRT on loopback. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { look, rising } from '../relay/streams.ts';
import { missing, srtPipe } from '../relay/support.ts';
import {
  bars,
  Caller,
  call,
  end,
  endAll,
  ended,
  PASSPHRASE,
  publish,
  recording,
  start,
  startRelay,
  type TestRelay,
  until,
} from './support.ts';

const launcher = srtPipe() ?? '';
const reason =
  missing('ffmpeg', 'pango-view') ??
  (launcher ? undefined : 'srt-pipe cannot be compiled: pkg-config or libsrt-gnutls-dev is missing');

const childrenOf = (pid: number | undefined): number[] =>
  execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map(Number);
const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return []; // It has ended meanwhile.
      }
    });

/** What a strict receiver must not find in one uninterrupted connection. */
function expectClean(caller: Caller) {
  const seen = look(caller.stream);
  expect(seen.continuityErrors).toEqual([]);
  expect([...seen.pids].sort((a, b) => a - b)).toEqual([0, 0x100, 0x101, 0x1000]);
  for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
  return seen;
}

describe.skipIf(reason)(`the relay on SRT${reason ? ` (${reason})` : ''}`, () => {
  let relay: TestRelay;
  beforeAll(async () => {
    relay = await startRelay(launcher);
  });
  afterAll(endAll);

  test('three callers see one unbroken stream over joins, a kill and two presenter drops', async () => {
    const first = new Caller(launcher, relay.egress);
    const second = new Caller(launcher, relay.egress);
    await relay.when('two callers on the slate', (h) => h.callers === 2 && h.source === 'slate');
    await until('slate at the caller', () => first.chunks.length > 0);

    const presenter = publish(bars(), relay.ingest);
    const on = await relay.when('programme', (h) => h.source === 'programme' && h.input.bitrate > 300_000);
    expect(on.input).toMatchObject({ connected: true, problem: null, warning: null, continuityErrors: 0 });
    const third = new Caller(launcher, relay.egress);
    await relay.when('third caller', (h) => h.callers === 3);
    expect(commandLines().filter((line) => line.includes(PASSPHRASE.egress))).toEqual([]);

    await end(second.process, 'SIGKILL');
    await end(presenter, 'SIGINT');
    await relay.when('slate in the first gap', (h) => h.source === 'slate' && !h.input.connected);
    const returned = publish(bars(), relay.ingest);
    await relay.when('programme after the first gap', (h) => h.source === 'programme');

    // A presenter cut off without a word (a pulled cable): the slate after 1.5 s, and the place is free again.
    await end(returned, 'SIGKILL');
    const cut = performance.now();
    await relay.when('slate in the second gap', (h) => h.source === 'slate');
    expect(performance.now() - cut).toBeLessThan(3000);
    const { recycles } = await relay.when('ingest recycled', (h) => h.recycles > 0);
    expect(recycles).toBe(1);
    const last = publish(bars(), relay.ingest);
    await relay.when('programme after the second gap', (h) => h.source === 'programme');
    await relay.when('the killed caller forgotten', (h) => h.callers === 2);
    await end(last, 'SIGINT');

    await Promise.all([end(first.process), end(third.process)]);
    const seen = expectClean(first);
    expectClean(third);
    // Both gaps are in the picture's time: no more than a moment is missing anywhere.
    const dts = seen.dts.get(0x100) ?? [];
    const widest = Math.max(...dts.slice(1).map((value, i) => value - (dts[i] ?? 0)));
    expect(widest / 90_000).toBeLessThan(2.5);
  });

  test('of twelve callers one freezes and one is killed; the others get every packet', async () => {
    const presenter = publish(bars(), relay.ingest);
    await relay.when('programme', (h) => h.source === 'programme');
    const callers = Array.from({ length: 12 }, () => new Caller(launcher, relay.egress));
    await relay.when('twelve callers', (h) => h.callers === 12);
    const [frozen, killed, ...others] = callers;
    frozen?.process.kill('SIGSTOP');
    killed?.process.kill('SIGKILL');
    await relay.when('both forgotten', (h) => h.callers === 10);
    frozen?.process.kill('SIGCONT');
    await end(presenter, 'SIGINT');
    await relay.when('slate', (h) => h.source === 'slate');
    await Promise.all(callers.map((caller) => end(caller.process, 'SIGKILL')));
    for (const caller of others) expect(expectClean(caller).dts.get(0x100)?.length).toBeGreaterThan(50);
  });

  test('srt-pipe says in one line what it was not told', async () => {
    const pipe = start(launcher, [], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    let text = '';
    pipe.stderr?.on('data', (data) => {
      text += data;
    });
    (pipe.stdio[3] as Socket).end('mode=listen\n');
    expect(await ended(pipe)).toBe(1);
    expect(text).toMatch(/^error flow: is missing[^\n]+\n$/);
  });

  test('wrong passphrases are refused and counted on both sides, and disturb nobody', async () => {
    const before = (await relay.health()).rejected;
    const good = new Caller(launcher, relay.egress);
    await until('stream at the good caller', () => good.chunks.length > 0);
    const wrong = publish(bars(), relay.ingest, 'not-the-passphrase');
    expect(await ended(wrong)).not.toBe(0);
    const after = await relay.when('the publisher counted', (h) => h.rejected > before);
    const stranger = new Caller(launcher, relay.egress, 'not-the-passphrase');
    await relay.when('the caller counted', (h) => h.rejected > after.rejected);
    expect(stranger.stream.length).toBe(0);
    await end(stranger.process);
    await end(good.process);
    expectClean(good);
  });

  test('a second publisher is refused and reported; the first stays on air', async () => {
    const first = publish(bars(), relay.ingest);
    await relay.when('programme', (h) => h.source === 'programme');
    const second = publish(bars(), relay.ingest);
    expect(await ended(second)).not.toBe(0);
    const seen = await relay.when('counted', (h) => h.input.secondPublishers > 0);
    expect(seen).toMatchObject({ source: 'programme', input: { connected: true } });
    await end(first, 'SIGINT');
    await relay.when('slate', (h) => h.source === 'slate');
  });

  test('garbage and HEVC leave the slate up and say why', async () => {
    const garbage = call(launcher, 'out', { port: relay.ingest, passphrase: PASSPHRASE.ingest, latency: 80 });
    const feed = setInterval(() => garbage.stdin?.write(Buffer.alloc(13160, 'not a transport stream ')), 50);
    const bad = await relay.when('garbage named', (h) => h.input.problem !== null);
    clearInterval(feed);
    garbage.kill('SIGKILL');
    expect(bad.input.problem).toMatch(/not an MPEG transport stream/);
    expect(bad.source).toBe('slate');
    expect(bad.input.droppedBytes).toBeGreaterThan(1000);

    const hevc = recording(
      'hevc',
      5,
      ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none', '-an'],
      ['testsrc2=s=320x180:r=25'],
    );
    await until('the place to be free', async () => {
      const presenter = publish(hevc, relay.ingest);
      const gone = ended(presenter);
      const named = relay
        .when('HEVC named', (h) => /HEVC/.test(h.input.problem ?? ''), 5)
        .then(
          () => true,
          () => false,
        );
      const taken = await Promise.race([gone.then(() => false), named]);
      await end(presenter, 'SIGINT');
      return taken;
    });
    expect((await relay.health()).source).toBe('slate');
  });

  test('a pipeline process that dies is started again; callers of the other never notice', async () => {
    const caller = new Caller(launcher, relay.egress);
    await until('stream', () => caller.chunks.length > 0);
    const pidOf = (side: string) => relay.log.findLast(({ event }) => event === `${side}-started`)?.pid as number;
    const { restarts } = await relay.health();
    process.kill(pidOf('ingest'), 'SIGKILL');
    await relay.when('ingest again', (h) => h.restarts === restarts + 1 && h.status === 'ok');
    const presenter = publish(bars(), relay.ingest);
    await relay.when('programme', (h) => h.source === 'programme');
    expect(caller.process.exitCode).toBeNull();
    expectClean(caller);
    process.kill(pidOf('egress'), 'SIGKILL');
    await relay.when('egress again', (h) => h.restarts === restarts + 2 && h.status === 'ok');
    await end(caller.process);
    const again = new Caller(launcher, relay.egress);
    await until('stream after the restart', () => again.stream.length > 100_000);
    await relay.when('programme again', (h) => h.source === 'programme');
    await end(again.process);
    expectClean(again);
    await end(presenter, 'SIGINT');
  });

  test('metrics count what the health says', async () => {
    const text = await (await fetch(`${relay.url}/metrics`)).text();
    expect(text).toMatch(/^srt_relay_up\{role="relay"\} 1$/m);
    expect(text).toMatch(/^srt_relay_restarts_total\{role="relay"\} 2$/m);
    expect((await fetch(`${relay.url}/secrets`)).status).toBe(404);
    expect((await fetch(`${relay.url}/health`, { method: 'POST' })).status).toBe(405);
  });

  test('ends at once when told to, with code 0 and no process left', async () => {
    const children = childrenOf(relay.process.pid);
    expect(children.length).toBe(2);
    const asked = performance.now();
    expect(await end(relay.process, 'SIGTERM')).toBe(0);
    expect(performance.now() - asked).toBeLessThan(3000);
    expect(readdirSync('/proc').filter((name) => children.includes(Number(name)))).toEqual([]);
  });
});

test.skipIf(reason)('a relay that is killed leaves nothing behind that would hold its ports', async () => {
  const relay = await startRelay(launcher);
  const children = childrenOf(relay.process.pid);
  await end(relay.process, 'SIGKILL');
  await until('its pipelines to be gone', () => !readdirSync('/proc').some((name) => children.includes(Number(name))));
});

test.skipIf(reason)('a port that is taken shows in the health, and is taken over when it is free', async () => {
  const first = await startRelay(launcher);
  const second = await startRelay(launcher, { EGRESS_PORT: `${first.egress}` }, 'source', 'unable');
  await until('tried again', () => second.log.filter(({ event }) => event === 'egress-died').length > 1);
  expect((await fetch(`${second.url}/health`)).status).toBe(503);
  await end(first.process);
  await second.when('serving', (h) => h.status === 'ok');
  await end(second.process);
});

test('missing settings stop the start with one line', async () => {
  const child = start(process.execPath, ['relay/main.ts'], { env: { PATH: process.env.PATH } });
  let text = '';
  child.stderr?.on('data', (data) => {
    text += data;
  });
  expect(await ended(child)).toBe(1);
  expect(text).toMatch(/^Cannot start: EVENT_TITLE is missing[^\n]+EGRESS_PASSPHRASE is missing[^\n]+\n$/);
});
