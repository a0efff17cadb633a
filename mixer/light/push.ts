import { AUDIO, Refused, RtmpConnection, VIDEO } from './rtmp/connection.ts';
import { targetOf } from './rtmp/target.ts';
import type { Unit } from './units.ts';

/** Between two attempts: at first, and at most. */
const AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 30_000;
/** A connection that lasted so long was a good one. */
const GOOD_MS = 20_000;
/** The far end is looked at so often, and is frozen when it has acknowledged nothing new for so long. */
const LOOK_MS = 500;
const FROZEN_MS = 15_000;
/** More than this must not wait for a slow destination: pictures up to the next key frame are left out. */
const SLOW_BYTES = 3_000_000;
/** What is kept from the last key frame on, for a connection that is about to be there. */
const KEPT_BYTES = 12_000_000;

export interface Destination {
  server: string;
  key: string;
}
export interface Delivered {
  bytes: number;
  pictures: number;
  sounds: number;
}
/** Calls that follow each other may have so much in common. */
const OVERLAP_MS = 10_000;
type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Pushes pictures and sound to where they are wanted, as they are, and keeps doing so whatever happens to the connection. */
export class Push {
  /** The destination takes the stream. */
  on = false;
  reconnects = 0;
  droppedFrames = 0;
  /** What the far end has acknowledged, over all connections. */
  readonly delivered: Delivered = { bytes: 0, pictures: 0, sounds: 0 };
  /** Why the destination does not take the stream, in its words; undefined when it does, or does not answer. */
  refusal: string | undefined;
  readonly #log: Log;
  readonly #authority: string | undefined;
  #wanted: Destination | undefined;
  #connection: RtmpConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #wait = AGAIN_MS;
  /** The attempt that counts; others that still wait for an answer do not. */
  #opening: object | undefined;
  /** Bytes of the connections before this one. */
  #sentBefore = 0;
  /** From the last key frame on, while nobody takes them. */
  #kept: Unit[] = [];
  #keptBytes = 0;
  #config: { picture?: Buffer; sound?: Buffer } = {};
  #sentConfig: { picture?: Buffer; sound?: Buffer } = {};
  #base: number | undefined;
  /** Times of the last that was sent. */
  #sentAt: Partial<Record<Unit['kind'], number>> = {};
  #skipping = false;
  /** What is on its way, and where in the connection's bytes it ends. */
  #onWay: { end: number; kind: Unit['kind'] }[] = [];
  #counted = 0;
  #advancedAt = 0;

  /** @param authority who else vouches for a destination's certificate, as PEM */
  constructor(log: Log, authority?: string) {
    this.#log = log;
    this.#authority = authority;
  }
  get sentBytes(): number {
    return this.#sentBefore + (this.#connection?.sent ?? 0);
  }

  /** Where it is to go from now on; undefined: nowhere. */
  want(destination: Destination | undefined): void {
    const before = this.#wanted;
    if (destination?.server === before?.server && destination?.key === before?.key) return;
    this.#wanted = destination;
    this.#wait = AGAIN_MS;
    this.#reopen(destination ? 'another destination' : 'not wanted');
  }
  /** Begins the connection anew. */
  restart(): void {
    this.#reopen('asked');
  }
  take(unit: Unit): void {
    const known = this.#config[unit.kind];
    if (unit.config && !known?.equals(unit.config)) {
      this.#config[unit.kind] = unit.config;
      // A stream has one configuration: receivers show and play the rest by the first.
      if (this.on && this.#sentConfig[unit.kind]) {
        this.#keep(unit);
        this.#reopen('the stream changed');
        return;
      }
    }
    this.#keep(unit);
    if (this.on) this.#flush();
  }
  async stop(): Promise<void> {
    this.#wanted = undefined;
    this.#drop();
    clearTimeout(this.#timer);
  }

  #keep(unit: Unit): void {
    if (unit.kind === 'picture' && unit.key && !this.on) {
      this.#kept = [];
      this.#keptBytes = 0;
    }
    this.#keptBytes += unit.data.length;
    // A picture without a key frame for so long is not worth waiting for.
    if (this.#keptBytes > KEPT_BYTES) {
      this.#kept = [];
      this.#keptBytes = unit.data.length;
    }
    this.#kept.push(unit);
  }
  /** Sends what was kept, from a key frame on. */
  #flush(): void {
    for (const unit of this.#kept) this.#send(unit);
    this.#kept = [];
    this.#keptBytes = 0;
  }
  #send(unit: Unit): void {
    const connection = this.#connection;
    if (!connection) return;
    if (this.#base === undefined) {
      if (!unit.key || !this.#config.picture) return;
      this.#base = unit.dts;
    }
    if (connection.waiting > SLOW_BYTES) this.#skipping = true;
    else if (unit.key) this.#skipping = false;
    if (this.#skipping) {
      if (unit.kind === 'picture') this.droppedFrames++;
      return;
    }
    const at = Math.round(unit.dts - this.#base);
    const last = this.#sentAt[unit.kind] ?? -1;
    if (at <= last) {
      // A new call begins with what was sent already. What lies further back is another relay's time.
      if (last - at > OVERLAP_MS) this.#reopen('the times began anew');
      return;
    }
    const config = this.#config[unit.kind];
    if (!config) return;
    this.#sentAt[unit.kind] = at;
    if (!this.#sentConfig[unit.kind]) {
      this.#sentConfig[unit.kind] = config;
      connection.send(unit.kind === 'picture' ? VIDEO : AUDIO, at, packetOf(unit, config));
    }
    connection.send(unit.kind === 'picture' ? VIDEO : AUDIO, at, packetOf(unit));
    this.#onWay.push({ end: connection.sent, kind: unit.kind });
  }

  /** Ends what there is, and connects where it is wanted. */
  #reopen(reason: string): void {
    if (this.#connection || this.on) this.#log('stream-ended', { reason });
    this.#drop();
    clearTimeout(this.#timer);
    if (this.#wanted) void this.#open(this.#wanted);
  }
  #drop(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.on = false;
    clearInterval(this.#look);
    if (!connection) return;
    this.#sentBefore += connection.sent;
    connection.finish();
  }
  async #open(destination: Destination): Promise<void> {
    const turn = {};
    this.#opening = turn;
    const began = performance.now();
    const current = () => this.#opening === turn && this.#wanted === destination;
    let reason: string;
    try {
      const connection = await RtmpConnection.open(targetOf(destination.server), destination.key, this.#authority);
      if (!current()) {
        connection.finish();
        return;
      }
      this.#begin(connection);
      reason = await connection.ended;
      if (this.#connection !== connection) return;
      this.#log('stream-lost', { reason });
      this.reconnects++;
      this.#drop();
    } catch (error) {
      if (!current()) return;
      reason = error instanceof Error ? error.message : '';
      if (error instanceof Refused) this.refusal = reason;
      this.#log(error instanceof Refused ? 'stream-refused' : 'stream-not-connected', { reason });
    }
    const wait = performance.now() - began > GOOD_MS ? AGAIN_MS : this.#wait;
    this.#wait = Math.min(wait * 2, LONGEST_AGAIN_MS);
    this.#timer = setTimeout(() => this.#wanted && void this.#open(this.#wanted), wait);
  }
  #begin(connection: RtmpConnection): void {
    this.#connection = connection;
    this.on = true;
    this.refusal = undefined;
    this.#base = undefined;
    this.#skipping = false;
    this.#sentConfig = {};
    this.#sentAt = {};
    this.#onWay = [];
    this.#counted = 0;
    this.#advancedAt = performance.now();
    this.#log('stream-begun');
    connection.describe({ videocodecid: 7, audiocodecid: 10, encoder: 'stream-control' });
    this.#look = setInterval(() => void this.#acknowledge(connection), LOOK_MS);
    this.#flush();
  }
  async #acknowledge(connection: RtmpConnection): Promise<void> {
    const acknowledged = await connection.acknowledged();
    if (this.#connection !== connection) return;
    const now = performance.now();
    if (acknowledged > this.#counted) {
      this.#advancedAt = now;
      this.delivered.bytes += acknowledged - this.#counted;
      this.#counted = acknowledged;
    }
    let whole = 0;
    for (const { end, kind } of this.#onWay) {
      if (end > acknowledged) break;
      whole++;
      if (kind === 'picture') this.delivered.pictures++;
      else this.delivered.sounds++;
    }
    this.#onWay.splice(0, whole);
    if (this.#onWay.length === 0) this.#advancedAt = now;
    if (now - this.#advancedAt > FROZEN_MS) connection.close('the destination takes nothing more');
  }
}

/** The body of an RTMP audio or video message (Adobe, Video File Format Specification 10, annex E): the unit, or its configuration. */
function packetOf({ kind, key, dts, pts, data }: Unit, config?: Buffer): Buffer {
  if (kind === 'sound') return Buffer.concat([Buffer.from([0xaf, config ? 0 : 1]), config ?? data]);
  const head = Buffer.from([key || config ? 0x17 : 0x27, config ? 0 : 1, 0, 0, 0]);
  if (!config) head.writeIntBE(Math.max(0, Math.round(pts - dts)), 2, 3);
  return Buffer.concat([head, config ?? data]);
}
