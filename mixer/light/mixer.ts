import type { Report } from '../../contract/heartbeat.ts';
import type { Problem } from '../../contract/problems.ts';
import { streamIdOf, wishOf } from '../../contract/stream-id.ts';
import { type Log, words } from '../agent/log.ts';
import type { ReadSecret } from '../agent/secrets.ts';
import type { Delivered, Destination } from './push.ts';
import type { LightSettings } from './settings.ts';

const TURN_MS = 1_000;
/** Between two attempts at what the vault did not give. */
const VAULT_AGAIN_MS = 10_000;
/** No picture for this long, and the programme is silent; the relay's slate never is. */
const SILENT_MS = 5_000;
/** Silent for so long beside SRT's buffer, it is a problem of this mixer and not of a relay that is being restarted. */
const SOURCE_PATIENCE_MS = 90_000;
/** A lost stream is back by itself, or something must be done. */
const STREAM_PATIENCE_MS = 45_000;

/** Where pictures and sound come from. */
export interface Pulling {
  /** When a picture came last (performance.now()); undefined before the first. */
  readonly heardAt: number | undefined;
  start(): void;
  stop(): Promise<void>;
}
/** Where they go. */
export interface Pushing {
  readonly on: boolean;
  readonly reconnects: number;
  readonly droppedFrames: number;
  readonly sentBytes: number;
  readonly delivered: Delivered;
  readonly refusal: string | undefined;
  want(destination: Destination | undefined): void;
  restart(): void;
  stop(): Promise<void>;
}
export interface Parts {
  push: Pushing;
  /** A small picture of what is passed on, JPEG; undefined before there is one. */
  picture(): Promise<Buffer | undefined>;
  /** A connection to the relay, not yet begun. */
  pull(passphrase: string, streamId: string | undefined): Pulling;
}
/** What a light mixer says of itself: in heartbeats and on its own page. */
export interface LightStatus extends Report {
  sentBytes: number;
  audio: string | null;
}
type Fault = 'vault-unreadable' | 'stream-key-absent';

/** One language without a machine: the programme's picture with one sound, passed on as it is. */
export class LightMixer {
  readonly #settings: LightSettings;
  readonly #read: ReadSecret;
  readonly #parts: Parts;
  readonly #log: Log;
  readonly #faults = new Set<Fault>();
  #streaming = false;
  #audio: string | undefined;
  #passphrase: string | undefined;
  #key: string | undefined;
  #rereading = false;
  #vaultAskedAt = Number.NEGATIVE_INFINITY;
  #pull: Pulling | undefined;
  /** Calls that go on until the newest has a picture. */
  #leaving: Pulling[] = [];
  #pulled: string | undefined;
  #pulledAt = performance.now();
  #offSince: number | undefined;
  #restarts = 0;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(settings: LightSettings, read: ReadSecret, parts: Parts, log: Log) {
    this.#settings = settings;
    this.#read = read;
    this.#parts = parts;
    this.#log = log;
    this.#audio = settings.AUDIO;
  }
  start(): void {
    this.#soon();
    this.#timer = setInterval(() => this.#soon(), TURN_MS);
  }
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    await Promise.all([this.#parts.push.stop(), this.#pull?.stop(), ...this.#leaving.map((one) => one.stop())]);
  }
  /** What is wanted from now on, as far as it is said. */
  want({
    streaming = this.#streaming,
    audio = this.#audio,
  }: {
    streaming?: boolean | undefined;
    audio?: string | undefined;
  }): void {
    if (streaming !== this.#streaming || audio !== this.#audio) this.#log('desired', { streaming, audio });
    this.#streaming = streaming;
    this.#audio = audio;
    this.#soon();
  }
  /** Begins both connections anew. */
  restart(): void {
    this.#restarts++;
    this.#pulled = undefined;
    this.#parts.push.restart();
    this.#soon();
  }
  /** Reads the stream key again, until the vault answers; a stream that runs with another one is begun anew. */
  rereadKey(): void {
    this.#rereading = true;
    this.#vaultAskedAt = Number.NEGATIVE_INFINITY;
    this.#soon();
  }

  status(): LightStatus {
    const { push } = this.#parts;
    const { DEPLOYMENT_ID, LANGUAGE, COMPONENT } = this.#settings;
    const now = performance.now();
    const faults = [...this.#faults].map((code) => ({ code }));
    return {
      deploymentId: DEPLOYMENT_ID,
      language: LANGUAGE,
      ...(COMPONENT === undefined ? {} : { component: COMPONENT }),
      streaming: push.on,
      scene: null,
      audio: this.#audio ?? null,
      reconnects: push.reconnects + this.#restarts,
      droppedFrames: push.droppedFrames,
      sentBytes: push.sentBytes,
      acceptedBytes: push.delivered.bytes,
      acceptedPictures: push.delivered.pictures,
      acceptedSounds: push.delivered.sounds,
      sources: { programme: this.#silentFor(now) < SILENT_MS ? 'alive' : 'silent' },
      problems: [...(push.on ? [] : faults), ...this.#problems(now)],
      warnings: push.on ? faults : [],
    };
  }
  #silentFor(now: number): number {
    const heard = [this.#pull, ...this.#leaving].map((one) => one?.heardAt ?? Number.NEGATIVE_INFINITY);
    return now - Math.max(...heard);
  }
  #problems(now: number): Problem[] {
    const { push } = this.#parts;
    const silent = Math.min(this.#silentFor(now), now - this.#pulledAt);
    const patience = SOURCE_PATIENCE_MS + this.#settings.SRT_LATENCY_MS;
    const off = this.#streaming && this.#key !== undefined && !push.on;
    this.#offSince = off ? (this.#offSince ?? now) : undefined;
    const late = now - (this.#offSince ?? now) > STREAM_PATIENCE_MS;
    return [
      ...(silent > patience ? [{ code: 'source-silent', source: 'programme' } as const] : []),
      ...(off && push.refusal !== undefined
        ? [{ code: 'stream-refused', reason: push.refusal } as const]
        : late
          ? [{ code: 'stream-not-connected' } as const]
          : []),
    ];
  }

  /** One thing at a time. */
  #soon(): void {
    this.#busy = this.#busy
      .then(() => this.#turn())
      .catch((error) => this.#log('turn-failed', { reason: words(error) }));
  }
  async #turn(): Promise<void> {
    await this.#secrets();
    await this.#repull();
    const { push } = this.#parts;
    const key = this.#streaming ? this.#key : undefined;
    push.want(key === undefined ? undefined : { server: this.#settings.STREAM_SERVER, key });
  }
  /** Reads what is needed and not there. What is on air goes on without. */
  async #secrets(): Promise<void> {
    const needed = this.#passphrase === undefined || this.#rereading || (this.#streaming && this.#key === undefined);
    if (!needed || performance.now() - this.#vaultAskedAt < VAULT_AGAIN_MS) return;
    this.#vaultAskedAt = performance.now();
    try {
      const { SECRET_EGRESS, SECRET_STREAM_KEY } = this.#settings;
      this.#passphrase ??= await this.#read(SECRET_EGRESS);
      // What the vault gives is no reason to wait with the next question.
      if (this.#passphrase !== undefined) this.#vaultAskedAt = Number.NEGATIVE_INFINITY;
      if (!this.#rereading && (!this.#streaming || this.#key !== undefined)) return;
      const key = await this.#read(SECRET_STREAM_KEY);
      if (key === undefined) this.#vaultAskedAt = performance.now();
      this.#rereading = false;
      // A key that is gone is no reason to end a stream that runs.
      this.#key = key ?? this.#key;
      this.#fault('stream-key-absent', key === undefined);
      this.#fault('vault-unreadable', false);
    } catch (error) {
      this.#fault('vault-unreadable', true);
      this.#log('vault-away', { reason: words(error) });
    }
  }
  #fault(fault: Fault, is: boolean): void {
    if (is) this.#faults.add(fault);
    else this.#faults.delete(fault);
  }
  /** Calls the relay, or calls it anew for another sound. The stream to the destination stays as it is, and misses nothing. */
  async #repull(): Promise<void> {
    if (this.#pull?.heardAt !== undefined) await Promise.all(this.#leaving.splice(0).map((one) => one.stop()));
    const asked = streamIdOf(wishOf(this.#audio ?? '')) ?? '';
    if (this.#passphrase === undefined || this.#pulled === asked) return;
    this.#pulled = asked;
    if (this.#pull) this.#leaving.push(this.#pull);
    this.#pull = this.#parts.pull(this.#passphrase, asked || undefined);
    this.#pulledAt = performance.now();
    this.#pull.start();
  }
}
