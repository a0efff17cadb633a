/** presenters -> relay -> four light mixers -> four RTMP sinks, all real, on loopback: each sink gets its own sound and moving pictures. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TlsIdentity, tlsIdentity } from '../../local/azure/login/certificate.ts';
import type { LightStatus } from '../../mixer/light/mixer.ts';
import { httpServer } from '../mixer/support.ts';
import { missing, srtPipe } from '../relay/support.ts';
import {
  end,
  endAll,
  lately,
  PASSPHRASE,
  piped,
  publish,
  start,
  startRelay,
  type TestRelay,
  tcpPort,
  tonesIn,
  tracks,
  until,
} from './support.ts';

const launcher = srtPipe() ?? '';
const reason = missing('ffmpeg', 'pango-view') ?? (launcher ? undefined : 'srt-pipe cannot be compiled');

/** Takes one RTMP stream after another, as a destination does; keeps the latest. */
class Sink {
  readonly url: string;
  readonly #key: string;
  #process: ChildProcess | undefined;
  #chunks: Buffer[] = [];
  #open = true;
  connections = 0;
  constructor(port: number, key: string) {
    this.url = `rtmp://127.0.0.1:${port}/live`;
    this.#key = key;
    this.#listen();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
  kill(): void {
    this.#process?.kill('SIGKILL');
  }
  close(): void {
    this.#open = false;
    this.kill();
  }
  #listen(): void {
    const args = ['-v', 'quiet', '-listen', '1', '-i', `${this.url}/${this.#key}`, '-c', 'copy', '-f', 'mpegts', '-'];
    const child = start('ffmpeg', args);
    this.#process = child;
    let first = true;
    child.stdout?.on('data', (chunk) => {
      if (first) {
        this.#chunks = [];
        this.connections++;
      }
      first = false;
      this.#chunks.push(chunk);
    });
    child.once('close', () => this.#open && this.#listen());
  }
}

/** RTMPS before a sink, as a destination's front door: what it decrypts goes to `port` as it is. */
async function rtmpsBefore(port: number, { cert, key }: TlsIdentity): Promise<Server> {
  const door = createServer({ cert, key }, (socket) => {
    const inner = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  return door;
}

/** Distinct pictures at the end of a stream: what stands still has one. */
async function pictures(stream: Buffer): Promise<number> {
  const out = ['-vf', 'scale=16:16,format=gray', '-f', 'rawvideo', '-'];
  const raw = await piped('ffmpeg', ['-v', 'quiet', '-f', 'mpegts', '-i', '-', ...out], lately(stream));
  const each = Array.from({ length: Math.floor(raw.length / 256) }, (_, i) =>
    raw.toString('hex', i * 256, (i + 1) * 256),
  );
  return new Set(each.slice(-25)).size;
}

/** The last is sent to by RTMPS, the others by RTMP. */
const LANGUAGES = [
  { language: 'original', audio: undefined, tone: 440 },
  { language: 'french', audio: 'fra', tone: 660 },
  { language: 'spanish', audio: '3', tone: 880 },
  { language: 'german', audio: '4', tone: 1100 },
] as const;

describe.skipIf(reason)(`light mixers on the air${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'light-'));
  const secretsFile = join(folder, 'secrets.json');
  const keys = Object.fromEntries(LANGUAGES.map(({ language }) => [`stream-${language}`, `key-of-${language}`]));
  const beats = new Map<string, LightStatus>();
  const log: Record<string, unknown>[] = [];
  let desired: Record<string, unknown> = { streaming: true, intervalSeconds: 0.3 };
  let plane: Awaited<ReturnType<typeof httpServer>>;
  let relay: TestRelay;
  let sinks: Sink[];
  let identity: TlsIdentity;
  let door: Server;
  const mixers = new Map<string, ChildProcess>();
  let main: ChildProcess;

  const startMixer = (index: number) => {
    const { language, audio } = LANGUAGES[index] ?? LANGUAGES[0];
    const secured = {
      STREAM_SERVER: `rtmps://localhost:${(door.address() as AddressInfo).port}/live`,
      STREAM_CA: identity.ca,
    };
    const env = {
      ...{ PATH: process.env.PATH, ROLE: 'light', DEPLOYMENT_ID: 'test-a-b', LANGUAGE: language },
      ...{ CONTROL_PLANE_URL: plane.url, HEARTBEAT_SECONDS: '0.3', VAULT_URL: 'https://unused.example' },
      ...{ SECRET_STREAM_KEY: `stream-${language}`, SECRET_EGRESS: 'egress', SECRET_AGENT_TOKEN: 'token' },
      ...{ SECRETS_FILE: secretsFile, PROGRAMME_HOST: '127.0.0.1', PROGRAMME_PORT: `${relay.egress}` },
      ...{
        STREAM_SERVER: sinks[index]?.url,
        SRT_LATENCY_MS: '80',
        SRT_PIPE: launcher,
        BIND: '127.0.0.1',
        HEALTH_PORT: '0',
      },
      ...(index === LANGUAGES.length - 1 && secured),
      ...(audio && { AUDIO: audio }),
    };
    const child = start(process.execPath, ['mixer/light/main.ts'], { env });
    mixers.set(language, child);
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)));
  };
  const beat = (language: string, what: string, wanted: (status: LightStatus) => boolean) =>
    until(
      `${language}: ${what}`,
      () => {
        const now = beats.get(language);
        return now && wanted(now) && now;
      },
      40,
    );
  const tone = async (index: number) => `${await tonesIn(sinks[index]?.bytes ?? Buffer.alloc(0))}`;
  /** Each sink has its own tone alone, and moving pictures. */
  const onAir = async (what: string) => {
    for (const [i, { language, tone: own }] of LANGUAGES.entries()) {
      await until(`${what}: the sound of ${language}`, async () => (await tone(i)) === `${own}`, 60);
      await until(
        `${what}: the pictures of ${language}`,
        async () => (await pictures(sinks[i]?.bytes ?? Buffer.alloc(0))) > 5,
      );
    }
  };

  beforeAll(async () => {
    const ports = await Promise.all(LANGUAGES.map(() => tcpPort()));
    sinks = LANGUAGES.map(({ language }, i) => new Sink(ports[i] ?? 0, `key-of-${language}`));
    identity = await tlsIdentity(folder, Date.now());
    door = await rtmpsBefore(ports.at(-1) ?? 0, identity);
    writeFileSync(secretsFile, JSON.stringify({ ...keys, egress: PASSPHRASE.egress, token: 'proof' }));
    plane = await httpServer((request, body) => {
      if (request.headers.authorization !== 'Bearer proof') return { status: 401, body: {} };
      const said = JSON.parse(body) as LightStatus;
      beats.set(said.language ?? '', said);
      return { status: 200, body: desired };
    });
    relay = await startRelay(launcher, { PRESENTER_STEADY_SECONDS: '2' });
    for (const index of LANGUAGES.keys()) startMixer(index);
  });
  afterAll(async () => {
    for (const sink of sinks ?? []) sink.close();
    await endAll();
    door?.close();
    await plane?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the slate is on air at every destination before anybody presents', async () => {
    for (const { language } of LANGUAGES)
      await beat(
        language,
        'accepted',
        (s) => s.streaming && (s.acceptedPictures ?? 0) > 25 && (s.acceptedSounds ?? 0) > 25,
      );
  }, 180_000);

  test('each destination gets its own sound and moving pictures, and what it acknowledges is reported', async () => {
    main = publish(tracks(), relay.ingest);
    await onAir('four tones at four sinks');
    const before = beats.get('french')?.acceptedPictures ?? 0;
    const now = await beat('french', 'more accepted', (s) => (s.acceptedPictures ?? 0) > before + 20);
    expect(now).toMatchObject({ streaming: true, problems: [], warnings: [], sources: { programme: 'alive' } });
    // No key is in any argument, environment or line of a log.
    const shown = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => ['cmdline', 'environ'].map((file) => [pid, file]))
      .filter(([pid, file]) => {
        try {
          const { 0: program = '' } = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
          return !program.endsWith('ffmpeg') && readFileSync(`/proc/${pid}/${file}`, 'utf8').includes('key-of-');
        } catch {
          return false; // It has ended meanwhile.
        }
      });
    expect(shown).toEqual([]);
    expect(JSON.stringify(log)).not.toContain('key-of-');
  }, 180_000);

  test('the presenter is killed and the backup takes over; relay, mixer and sink are killed and all find together again', async () => {
    publish(tracks(), relay.ingest, PASSPHRASE.ingest, 'backup');
    await relay.when('a backup', (h) => h.presenters.backup.connected);
    const { takeovers } = (await relay.health()).presenters;
    const ended = new Set(log.filter(({ event }) => event === 'stream-ended'));
    await end(main, 'SIGKILL');
    await relay.when('the backup on air', (h) => h.presenters.onAir === 'backup' && h.presenters.takeovers > takeovers);
    // The same encoder: no destination has to begin anew.
    expect(log.filter((line) => line.event === 'stream-ended' && !ended.has(line))).toEqual([]);

    sinks[1]?.kill();
    const lost = await beat('french', 'lost and back', (s) => s.streaming && s.reconnects > 0);
    expect(beats.get('spanish')?.reconnects).toBe(0);
    await end(mixers.get('german') as ChildProcess, 'SIGKILL');
    beats.delete('german');
    startMixer(3);
    await beat('german', 'streams again', (s) => s.streaming && (s.acceptedPictures ?? 0) > 10);
    const begun = sinks.map(({ connections }) => connections);
    await end(relay.process, 'SIGKILL');
    const ports = { INGEST_PORT: `${relay.ingest}`, EGRESS_PORT: `${relay.egress}` };
    relay = { ...(await startRelay(launcher, ports)), ingest: relay.ingest, egress: relay.egress };
    await relay.when('all mixers again', (h) => h.callers === LANGUAGES.length, 40);
    publish(tracks(), relay.ingest);
    // Another relay has times of its own, so each stream begins anew; what the sinks hold until then is from before.
    await until('each destination anew', () => sinks.every(({ connections }, i) => connections > (begun[i] ?? 0)), 40);
    await onAir('all tones after sink, mixer and relay');
    expect(beats.get('french')?.sentBytes).toBeGreaterThanOrEqual(lost.sentBytes);
  }, 240_000);

  test('another sound is wanted: it is there, and the destination’s stream goes on', async () => {
    const { connections } = sinks[1] as Sink;
    desired = { ...desired, audio: '3' };
    await until('Spanish for the French', async () => (await tone(1)) === '880', 40);
    expect((sinks[1]?.connections ?? 0) - connections).toBe(0);
  }, 60_000);

  test('told to stop it stops; a key that is gone ends nothing that runs; told to end it is gone', async () => {
    desired = { ...desired, streaming: false };
    for (const { language } of LANGUAGES) await beat(language, 'off the air', (s) => !s.streaming);
    for (const child of mixers.values()) expect(await end(child, 'SIGTERM')).toBe(0);
  }, 60_000);
});
