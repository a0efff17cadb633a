/** What a light mixer costs at 5 Mbit/s, and how soon one presenter takes over from the other at a receiver. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, end, PASSPHRASE, publish, start, startRelay, tcpPort, until } from '../../test/media/support.ts';
import { RtmpServer } from '../../test/mixer/light/rtmp-server.ts';
import { look } from '../../test/relay/streams.ts';
import type { Row } from '../main.ts';
import { measure, stream, tree, WARM_MS } from './cost.ts';

const IMAGE = ['--max-semi-space-size=2', '--max-old-space-size=48', 'dist/mixer/light/main.js'];
const TAKEOVERS = 5;
const TICKS_PER_MS = 90;

export async function lightCost(launcher: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'light-bench-'));
  const secrets = join(folder, 'secrets.json');
  writeFileSync(secrets, JSON.stringify({ key: 'a-key', egress: PASSPHRASE.egress, token: 'none' }));
  const relay = await startRelay(launcher, { SRT_LATENCY_MS: '200' }, 'image');
  const presenter = publish(stream(), relay.ingest);
  await relay.when('programme', (h) => h.source === 'programme');
  const plane = createServer((_, response) => response.end(JSON.stringify({ streaming: true, intervalSeconds: 10 })));
  const port = await tcpPort();
  await new Promise<void>((resolve) => plane.listen(port, '127.0.0.1', resolve));
  const server = new RtmpServer();
  const env = {
    ...{ PATH: process.env.PATH, DEPLOYMENT_ID: 'bench-a-b', LANGUAGE: 'french', VAULT_URL: 'https://unused.example' },
    ...{ CONTROL_PLANE_URL: `http://127.0.0.1:${port}`, SECRETS_FILE: secrets, SRT_PIPE: launcher, HEALTH_PORT: '0' },
    ...{ SECRET_STREAM_KEY: 'key', SECRET_EGRESS: 'egress', SECRET_AGENT_TOKEN: 'token', BIND: '127.0.0.1' },
    ...{ PROGRAMME_HOST: '127.0.0.1', PROGRAMME_PORT: `${relay.egress}` },
    STREAM_SERVER: `rtmp://127.0.0.1:${await server.listen()}/live`,
  };
  const mixer = start(process.execPath, IMAGE, { env });
  await until('pictures at the destination', () => server.all(9).length > 50, 60);
  await sleep(WARM_MS);
  for (const { packets } of server.streams) packets.length = 0;
  const { cpu, median, mb } = await measure(tree(mixer.pid ?? 0));
  for (const child of [mixer, presenter, relay.process]) await end(child, 'SIGKILL');
  await server.close();
  plane.close();
  rmSync(folder, { recursive: true });
  return [
    {
      measure: 'light mixer, 5 Mbit/s from SRT to RTMP',
      result: `${cpu.toFixed(1)} % of a core (median ${median.toFixed(1)}), ${mb.toFixed(0)} MB`,
      note: 'goal 2 % and 80 MB; srt-pipe included, no TLS',
    },
  ];
}

/** Presenters are killed in turn; what a caller sees of it is in the pictures' own times. */
export async function takeovers(launcher: string): Promise<Row[]> {
  const relay = await startRelay(launcher, { SRT_LATENCY_MS: '200', PRESENTER_RETURN: 'manual' }, 'image');
  const ids = { main: '', backup: 'backup' };
  const publishers = {
    main: publish(stream(), relay.ingest),
    backup: publish(stream(), relay.ingest, PASSPHRASE.ingest, ids.backup),
  };
  await relay.when('both', (h) => h.presenters.main.bitrate > 1e6 && h.presenters.backup.bitrate > 1e6);
  const caller = new Caller(launcher, relay.egress, PASSPHRASE.egress, 200);
  await relay.when('programme', (h) => h.presenters.onAir !== null && h.callers === 1);
  await sleep(2000);
  for (let turn = 0; turn < TAKEOVERS; turn++) {
    const { presenters } = await relay.health();
    const name = presenters.onAir ?? 'main';
    await end(publishers[name], 'SIGKILL');
    await relay.when('the other on air', (h) => h.presenters.onAir !== null && h.presenters.onAir !== name);
    publishers[name] = publish(stream(), relay.ingest, PASSPHRASE.ingest, ids[name]);
    await relay.when('both again', (h) => h.presenters[name].bitrate > 1e6);
    await sleep(3000);
  }
  for (const child of [...Object.values(publishers), caller.process, relay.process]) await end(child, 'SIGKILL');
  const { dts, continuityErrors } = look(caller.stream);
  const pictures = dts.get(0x100) ?? [];
  const steps = pictures.slice(1).map((time, i) => (time - (pictures[i] ?? 0)) / TICKS_PER_MS);
  const gaps = steps.filter((ms) => ms > 200).sort((a, b) => a - b);
  const sounds = dts.get(0x101) ?? [];
  const apart = Math.abs((pictures.at(-1) ?? 0) - (sounds.at(-1) ?? 0)) / TICKS_PER_MS;
  return [
    {
      measure: `${TAKEOVERS} takeovers by the other presenter`,
      result: `without a new picture ${gaps.map((ms) => ms.toFixed(0)).join(', ')} ms`,
      note: `goal 1000 ms, key frame each second; ${continuityErrors.length} continuity errors; last picture and last sound ${apart.toFixed(0)} ms apart`,
    },
  ];
}
