/** RTMP's chunk stream (Adobe, Real-Time Messaging Protocol 1.0, section 5.3): messages cut into chunks, and put together again. */

export interface Message {
  /** Message type id. */
  type: number;
  /** Message stream id. */
  stream: number;
  /** Milliseconds. */
  timestamp: number;
  body: Buffer;
}

export const SET_CHUNK_SIZE = 1;
const ABORT = 2;
const FIRST_CHUNK = 128;
const EXTENDED = 0xffffff;
/** What a server says is short; anything longer is none. */
const LONGEST_MESSAGE = 1 << 20;

/** Bytes of a message, whole headers at its beginning. @param size bytes of a chunk that the other side was told */
export function chunked({ type, stream, timestamp, body }: Message, channel: number, size: number): Buffer[] {
  const extended = timestamp >= EXTENDED;
  const head = Buffer.alloc(extended ? 16 : 12);
  head.writeUInt8(channel, 0);
  head.writeUIntBE(extended ? EXTENDED : timestamp, 1, 3);
  head.writeUIntBE(body.length, 4, 3);
  head.writeUInt8(type, 7);
  head.writeUInt32LE(stream, 8);
  if (extended) head.writeUInt32BE(timestamp >>> 0, 12);
  const next = Buffer.alloc(extended ? 5 : 1);
  next.writeUInt8(0xc0 | channel, 0);
  if (extended) next.writeUInt32BE(timestamp >>> 0, 1);
  const parts: Buffer[] = [head];
  for (let at = 0; at < body.length || at === 0; at += size) {
    if (at > 0) parts.push(next);
    parts.push(body.subarray(at, at + size));
  }
  return parts;
}

interface Channel {
  type: number;
  stream: number;
  timestamp: number;
  delta: number;
  length: number;
  extended: boolean;
  parts: Buffer[];
  have: number;
}

/** Puts together what a server sends. */
export class ChunkReader {
  #size = FIRST_CHUNK;
  #rest: Buffer = Buffer.alloc(0);
  readonly #channels = new Map<number, Channel>();

  /** @returns the messages that are whole now. @throws Error for what is no chunk stream */
  push(data: Buffer): Message[] {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, data]) : data;
    const messages: Message[] = [];
    for (let used = this.#chunk(messages); used > 0; used = this.#chunk(messages))
      this.#rest = this.#rest.subarray(used);
    return messages;
  }

  /** Reads one chunk; 0 when it is not whole yet. */
  #chunk(messages: Message[]): number {
    const bytes = this.#rest;
    if (bytes.length < 1) return 0;
    const format = bytes.readUInt8(0) >> 6;
    let id = bytes.readUInt8(0) & 63;
    const basic = id === 0 ? 2 : id === 1 ? 3 : 1;
    const header = [11, 7, 3, 0][format] ?? 0;
    if (bytes.length < basic + header) return 0;
    if (id === 0) id = 64 + bytes.readUInt8(1);
    else if (id === 1) id = 64 + bytes.readUInt16LE(1);
    const before = this.#channels.get(id);
    if (!before && format !== 0) throw new Error('the destination speaks no RTMP');
    const channel: Channel = before
      ? { ...before }
      : { type: 0, stream: 0, timestamp: 0, delta: 0, length: 0, extended: false, parts: [], have: 0 };
    let at = basic + header;
    const begins = channel.have === 0;
    let time = 0;
    if (format < 3) {
      time = bytes.readUIntBE(basic, 3);
      channel.extended = time === EXTENDED;
    }
    if (format < 2) {
      channel.length = bytes.readUIntBE(basic + 3, 3);
      channel.type = bytes.readUInt8(basic + 6);
    }
    if (format === 0) channel.stream = bytes.readUInt32LE(basic + 7);
    if (channel.extended) {
      if (bytes.length < at + 4) return 0;
      if (format < 3) time = bytes.readUInt32BE(at);
      at += 4;
    }
    if (channel.length > LONGEST_MESSAGE) throw new Error('the destination speaks no RTMP');
    const part = Math.min(this.#size, channel.length - channel.have);
    if (bytes.length < at + part) return 0;
    if (format === 0) channel.timestamp = time;
    else if (format < 3) channel.delta = time;
    if (begins && format !== 0) channel.timestamp += channel.delta;
    channel.parts = [...channel.parts, bytes.subarray(at, at + part)];
    channel.have += part;
    if (channel.have === channel.length) {
      const { type, stream, timestamp } = channel;
      this.#take({ type, stream, timestamp, body: Buffer.concat(channel.parts) }, messages);
      channel.parts = [];
      channel.have = 0;
    }
    this.#channels.set(id, channel);
    return at + part;
  }
  #take(message: Message, messages: Message[]): void {
    if (message.type === SET_CHUNK_SIZE && message.body.length >= 4)
      this.#size = Math.max(1, message.body.readUInt32BE(0) & 0x7fffffff);
    else if (message.type !== ABORT) messages.push(message);
  }
}
