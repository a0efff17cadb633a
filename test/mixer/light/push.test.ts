/** What a light mixer sends to its destination, and how it takes what the destination does. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TlsIdentity, tlsIdentity } from '../../../local/azure/login/certificate.ts';
import { nalUnits, pictureOf } from '../../../mixer/light/h264.ts';
import { Push } from '../../../mixer/light/push.ts';
import { decode, encode } from '../../../mixer/light/rtmp/amf.ts';
import { ChunkReader, chunked } from '../../../mixer/light/rtmp/chunks.ts';
import { targetOf } from '../../../mixer/light/rtmp/target.ts';
import type { Unit } from '../../../mixer/light/units.ts';
import { RtmpServer } from './rtmp-server.ts';

const KEY = 'the-stream-key';
const picture = (n: number, config = 1): Unit => ({
  ...{ kind: 'picture', dts: 5000 + n * 40, pts: 5040 + n * 40, key: n % 10 === 0 },
  data: Buffer.alloc(20_000, n),
  config: n % 10 === 0 ? Buffer.from([1, config]) : undefined,
});
const sound = (n: number, config = 1): Unit => ({
  ...{ kind: 'sound', dts: 5000 + n * 40, pts: 5000 + n * 40, key: false, data: Buffer.alloc(200, n) },
  config: Buffer.from([0x11, config]),
});

describe('RTMP’s forms', () => {
  test('values come back as they went', () => {
    const values = ['connect', 1, { app: 'live2?backup=1', deep: { yes: true, no: null } }, null, -0.5];
    expect(decode(encode(...values))).toEqual(values);
    expect(decode(Buffer.from('0800000001000161000000000000000000000009', 'hex'))).toEqual([{ a: 0 }]);
  });
  test('anything at all is read without harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decode(Buffer.from(bytes));
      }),
    );
  });
  test('messages come through however they are cut, also late in a long stream', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ size: fc.integer({ min: 0, max: 9000 }), timestamp: fc.integer({ min: 0, max: 2 ** 31 }) }),
          {
            maxLength: 5,
          },
        ),
        fc.integer({ min: 1, max: 4000 }),
        (messages, cut) => {
          const sent = messages.map(({ size, timestamp }, i) => ({
            type: 9,
            stream: 1,
            timestamp,
            body: Buffer.alloc(size, i),
          }));
          const bytes = Buffer.concat(sent.flatMap((message) => chunked(message, 6, 128)));
          const reader = new ChunkReader();
          const heard = [];
          for (let at = 0; at < bytes.length; at += cut) heard.push(...reader.push(bytes.subarray(at, at + cut)));
          expect(heard).toEqual(sent);
        },
      ),
    );
  });
  test('an address says where, without the key', () => {
    expect(targetOf('rtmps://b.rtmps.youtube.com/live2?backup=1')).toEqual({
      ...{ secure: true, host: 'b.rtmps.youtube.com', port: 443, app: 'live2?backup=1' },
      url: 'rtmps://b.rtmps.youtube.com:443/live2?backup=1',
    });
    expect(targetOf('rtmp://127.0.0.1/live/')).toMatchObject({ secure: false, port: 1935, app: 'live' });
    expect(() => targetOf('https://x/live')).toThrow(/RTMP/);
  });
});

describe('pictures', () => {
  const sps = [0x67, 0x64, 0, 0x1f, 0xac, 0xd9, 0x40];
  const bytes = Buffer.from([
    ...[0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, ...sps, 0, 0, 1, 0x68, 0xee, 1, 0, 0, 1, 12, 255, 0, 0, 1, 0x65, 1, 2, 3],
    ...[0, 0, 1, 0x41, 4, 5, 0, 0],
  ]);
  test('are cut at their start codes', () => {
    expect(nalUnits(bytes).map((unit) => (unit[0] ?? 0) & 31)).toEqual([9, 7, 8, 12, 5, 1]);
  });
  test('carry lengths; their parameter sets make the decoder’s configuration', () => {
    const { data, config } = pictureOf(bytes);
    expect(data.toString('hex')).toBe('0000000465010203' + '00000003410405');
    // High profile, 4:2:0, eight bits.
    expect(config?.toString('hex')).toBe(`0164001fffe10007${Buffer.from(sps).toString('hex')}01000368ee01fdf8f800`);
  });
});

describe('a push', () => {
  let server: RtmpServer;
  let push: Push;
  let url: string;
  let log: [string, Record<string, unknown> | undefined][];
  beforeEach(async () => {
    server = new RtmpServer();
    url = `rtmp://127.0.0.1:${await server.listen()}/live`;
    log = [];
    push = new Push((event, fields) => log.push([event, fields]));
  });
  afterEach(async () => {
    await push.stop();
    await server.close();
  });
  const when = (wanted: () => boolean) =>
    vi.waitFor(() => expect(wanted()).toBe(true), { timeout: 15_000, interval: 20 });
  const send = (from: number, to: number, config = 1) => {
    for (let n = from; n < to; n++) for (const unit of [picture(n, config), sound(n)]) push.take(unit);
  };

  test('begins with a key frame and what a decoder must know; times begin at 0', async () => {
    push.want({ server: url, key: KEY });
    send(3, 17);
    await when(() => push.on && server.all(9).length > 7);
    send(17, 20);
    await when(() => server.all(9).length === 11 && server.all(8).length === 11);
    const [head, first] = server.all(9);
    expect(head?.body.toString('hex')).toBe('17000000000101');
    expect(first?.body.subarray(0, 5).toString('hex')).toBe('1701000028');
    expect(server.all(9).map(({ timestamp }) => timestamp)).toEqual([0, 0, 40, 80, 120, 160, 200, 240, 280, 320, 360]);
    expect(server.all(8)[0]?.body.toString('hex')).toBe('af001101');
    expect(server.streams[0]).toMatchObject({ key: KEY, app: 'live' });
  });

  test.each([
    ['RTMP', {}],
    ['TCP alone', { noAcknowledgement: true }],
  ])('what the far end has acknowledged is counted: by %s', async (_, rule) => {
    server.rule = rule;
    push.want({ server: url, key: KEY });
    await when(() => push.on);
    send(0, 50);
    await when(() => push.delivered.pictures >= 38 && push.delivered.sounds >= 38);
    expect(push.delivered.bytes).toBeGreaterThan(38 * 20_000);
    expect(push.delivered.bytes).toBeLessThanOrEqual(push.sentBytes);
  });

  test('a connection that is lost comes back and begins with the last key frame; no counter goes back', async () => {
    push.want({ server: url, key: KEY });
    await when(() => push.on);
    send(0, 20);
    await when(() => server.all(9).length === 21);
    const { sentBytes } = push;
    server.streams[0]?.socket.destroy();
    await when(() => !push.on);
    send(20, 25);
    await when(() => server.streams.length === 2 && (server.streams[1]?.packets.length ?? 0) > 10);
    expect(server.streams[1]?.packets.find(({ type }) => type === 9)?.body[0]).toBe(0x17);
    expect(server.streams[1]?.packets.filter(({ type }) => type === 9).length).toBe(6);
    expect([push.reconnects, push.sentBytes > sentBytes]).toEqual([1, true]);
  });

  test('what another call repeats is not sent again; times far back begin the stream anew', async () => {
    push.want({ server: url, key: KEY });
    await when(() => push.on);
    send(0, 15);
    send(10, 20);
    await when(() => server.all(9).length === 21);
    expect(server.all(9).map(({ timestamp }) => timestamp)).toEqual([
      0,
      ...Array.from({ length: 20 }, (_, n) => n * 40),
    ]);
    send(1000, 1010);
    await when(() => server.all(9).length === 31);
    send(20, 22);
    await when(() =>
      log.some(([event, fields]) => event === 'stream-ended' && fields?.reason === 'the times began anew'),
    );
    send(30, 35);
    await when(() => server.streams.length === 2 && (server.streams[1]?.packets.length ?? 0) > 5);
    expect(server.streams[1]?.packets.find(({ type }) => type === 9)?.timestamp).toBe(0);
  });

  test('another configuration is another stream, from the picture on that brings it', async () => {
    push.want({ server: url, key: KEY });
    send(0, 10);
    await when(() => server.all(9).length === 11);
    send(10, 15, 2);
    await when(() => server.streams.length === 2 && (server.streams[1]?.packets.length ?? 0) > 10);
    expect(server.streams[1]?.packets.filter(({ type }) => type === 9)[0]?.body.toString('hex')).toBe('17000000000102');
    expect(server.streams[1]?.packets.filter(({ type }) => type === 9)).toHaveLength(6);
    expect(push.reconnects).toBe(0);
  });

  test('a key that is refused is named in the destination’s words, without the key, and tried again', async () => {
    server.rule = { refuse: { code: 'NetStream.Publish.BadName', description: `${KEY} is no key` } };
    push.want({ server: url, key: KEY });
    await when(() => push.refusal !== undefined);
    expect(push.refusal).toBe('NetStream.Publish.BadName: ... is no key');
    expect(push.on).toBe(false);
    server.rule = {};
    await when(() => push.on);
    expect(push.refusal).toBeUndefined();
    expect(JSON.stringify(log)).not.toContain(KEY);
  });

  test('a destination that is slow misses pictures up to a key frame; nothing grows', async () => {
    push.want({ server: url, key: KEY });
    send(0, 10);
    await when(() => server.all(9).length === 11);
    server.streams[0]?.socket.pause();
    for (let n = 10; n < 1000; n++) push.take(picture(n));
    expect(push.droppedFrames).toBeGreaterThan(300);
    server.streams[0]?.socket.resume();
    let next = 1000;
    await when(() => {
      send(next, next + 10);
      next += 10;
      const last = server.all(9).at(-1);
      return last?.body.length === 20_005 && last.timestamp >= 40_000;
    });
    const times = server.all(9).map(({ timestamp }) => timestamp);
    expect(times.every((time, i) => i === 0 || time >= (times[i - 1] ?? 0))).toBe(true);
  });

  test('a wish that is repeated meanwhile changes nothing', async () => {
    push.want({ server: url, key: KEY });
    push.want({ server: url, key: KEY });
    await when(() => push.on);
    expect(server.streams).toHaveLength(1);
  });

  test('not wanted any more it ends, and a new wish begins anew', async () => {
    push.want({ server: url, key: KEY });
    await when(() => push.on);
    push.want(undefined);
    expect(push.on).toBe(false);
    push.want({ server: url, key: 'another' });
    await when(() => push.on);
    send(0, 10);
    await when(() => server.streams.at(-1)?.key === 'another' && server.all(9).length === 11);
  });
});

describe('a push by RTMPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rtmps-'));
  let identity: TlsIdentity;
  let server: RtmpServer;
  let port: number;
  let push: Push | undefined;
  beforeEach(async () => {
    identity = await tlsIdentity(folder, Date.now());
    server = new RtmpServer({ cert: identity.cert, key: identity.key });
    port = await server.listen();
  });
  afterEach(async () => {
    await push?.stop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const pushing = (host: string, authority?: string): Push => {
    push = new Push(() => {}, authority);
    push.want({ server: `rtmps://${host}:${port}/live`, key: KEY });
    return push;
  };
  const soon = { timeout: 15_000, interval: 20 };

  test.each(['localhost', '127.0.0.1'])(
    '%s is sent to when its authority is given, and what it takes is counted',
    async (host) => {
      const one = pushing(host, identity.ca);
      await vi.waitFor(() => expect(one.on).toBe(true), soon);
      for (let n = 0; n < 50; n++) for (const unit of [picture(n), sound(n)]) one.take(unit);
      await vi.waitFor(() => expect(one.delivered).toMatchObject({ pictures: 50, sounds: 50 }), soon);
      expect(server.streams[0]).toMatchObject({ key: KEY, app: 'live' });
      expect(server.all(9).length).toBe(51);
    },
  );

  const other = async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'rtmps-other-'));
    const { ca } = await tlsIdentity(elsewhere, Date.now());
    rmSync(elsewhere, { recursive: true });
    return ca;
  };
  test.each([
    ['whose authority nobody knows', '127.0.0.1', async () => undefined, /not trusted/],
    ['of another authority of the same name', '127.0.0.1', other, /not trusted/],
    ['of another host', '127.0.0.2', async () => identity.ca, /not trusted.*altnames/],
  ])('a certificate %s is not sent to: the key stays here', async (_what, host, authority, why) => {
    const tls = { cert: identity.cert, key: identity.key };
    await server.close();
    server = new RtmpServer(tls);
    port = await server.listen(host);
    const one = pushing(host, await authority());
    await vi.waitFor(() => expect(one.refusal).toMatch(why), soon);
    expect(one.on).toBe(false);
    expect(server.streams).toEqual([]);
  });
});
