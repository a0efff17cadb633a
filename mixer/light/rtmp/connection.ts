/** Publishing by RTMP or RTMPS (Adobe, Real-Time Messaging Protocol 1.0): one connection, from the handshake to its end. */
import { randomBytes } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import { rootCertificates, connect as secured, TLSSocket } from 'node:tls';
import { type Amf, decode, encode } from './amf.ts';
import { ChunkReader, chunked, type Message, SET_CHUNK_SIZE } from './chunks.ts';
import { unacknowledged } from './kernel.ts';
import type { Target } from './target.ts';

const ACKNOWLEDGEMENT = 3;
const USER_CONTROL = 4;
const WINDOW_SIZE = 5;
const DATA = 18;
const COMMAND = 20;
const PING = 6;
const PONG = 7;
/** Type ids of what is played. */
export const AUDIO = 8;
export const VIDEO = 9;
const CHANNEL = { control: 2, command: 3, audio: 4, video: 6 };
const HANDSHAKE = 1536;
const CHUNK = 4096;
/** The server is asked to acknowledge every so many bytes: several times a second at a picture's bit rate. */
const WINDOW = 100_000;
const OPEN_MS = 15_000;
/** One that is told the end gets this long to take what is on its way. */
const FINISH_MS = 2_000;
const LONGEST_WORDS = 150;

/** The destination answered, and takes no stream: its words. */
export class Refused extends Error {}

export class RtmpConnection {
  /** Resolves with the reason when it has ended. */
  readonly ended: Promise<string>;
  /** Bytes given to the connection since its handshake. */
  sent = 0;
  #acknowledged = 0;
  #socket: Socket;
  readonly #reader = new ChunkReader();
  readonly #key: string;
  readonly #waiting = new Map<number, { resolve: (values: Amf[]) => void; reject: (error: Error) => void }>();
  #published: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #stream = 0;
  #calls = 0;
  #end: (reason: string) => void = () => {};
  #over = false;

  private constructor(socket: Socket, key: string) {
    this.#socket = socket;
    this.#key = key;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    socket.on('error', (error) => this.close(this.#words(error.message)));
    socket.on('close', () => this.close('the destination hung up'));
  }

  /**
   * Connects and publishes. By RTMPS the certificate has to be the host's, from an authority that is trusted.
   * @param authority who else is trusted, as PEM
   * @throws Refused when the destination does not want it; Error when it cannot be reached or does not answer. Neither names the key
   */
  static async open(target: Target, key: string, authority?: string): Promise<RtmpConnection> {
    const { host, port, secure } = target;
    const socket = secure ? secured(secrecy(target, authority)) : connect({ host, port });
    socket.setNoDelay(true);
    const connection = new RtmpConnection(socket, key);
    const timer = setTimeout(() => connection.close('the destination does not answer'), OPEN_MS);
    try {
      const gone = connection.ended.then((reason) => Promise.reject(new Error(reason)));
      await Promise.race([connection.#begin(target), gone]);
      return connection;
    } catch (error) {
      connection.close('it could not be opened');
      const untrusted = socket instanceof TLSSocket && Boolean(socket.authorizationError);
      throw untrusted ? new Refused(`its certificate is not trusted: ${connection.#words(String(error))}`) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Bytes that the far end has acknowledged, as RTMP or as TCP says it: some servers never do the former, and none at a slate's bit rate often. */
  async acknowledged(): Promise<number> {
    const taken = this.sent - this.#socket.writableLength - (await unacknowledged(this.#socket));
    return Math.max(0, taken, this.#acknowledged);
  }
  /** Bytes that wait because the destination is slower than the stream. */
  get waiting(): number {
    return this.#socket.writableLength;
  }
  /** Sends a packet of sound or picture. @param timestamp ms */
  send(type: typeof AUDIO | typeof VIDEO, timestamp: number, body: Buffer): void {
    const channel = type === AUDIO ? CHANNEL.audio : CHANNEL.video;
    this.#write({ type, stream: this.#stream, timestamp, body }, channel);
  }
  /** Describes the stream, before its first packet. */
  describe(fields: { [key: string]: Amf }): void {
    const body = encode('@setDataFrame', 'onMetaData', fields);
    this.#write({ type: DATA, stream: this.#stream, timestamp: 0, body }, CHANNEL.audio);
  }
  /** Takes leave and ends it. */
  finish(): void {
    this.#command(0, 'FCUnpublish', this.#calls, null, this.#key);
    this.#command(0, 'deleteStream', this.#calls, null, this.#stream);
    const patience = setTimeout(() => this.close('it was ended'), FINISH_MS);
    this.#socket.end(() => {
      clearTimeout(patience);
      this.close('it was ended');
    });
  }
  close(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    const error = new Error(reason);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#published?.reject(error);
    this.#end(reason);
  }

  async #begin({ app, url, secure }: Target): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.once(secure ? 'secureConnect' : 'connect', resolve));
    await this.#handshake();
    this.#socket.on('data', (data) => this.#received(data));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(CHUNK);
    this.#write({ type: SET_CHUNK_SIZE, stream: 0, timestamp: 0, body: size }, CHANNEL.control);
    const window = Buffer.alloc(4);
    window.writeUInt32BE(WINDOW);
    this.#write({ type: WINDOW_SIZE, stream: 0, timestamp: 0, body: window }, CHANNEL.control);
    await this.#call('connect', {
      app,
      type: 'nonprivate',
      flashVer: 'FMLE/3.0 (compatible; stream-control)',
      tcUrl: url,
    });
    this.#command(0, 'releaseStream', ++this.#calls, null, this.#key);
    this.#command(0, 'FCPublish', ++this.#calls, null, this.#key);
    const [, stream] = await this.#call('createStream', null);
    if (typeof stream !== 'number') throw new Refused('no stream was made');
    this.#stream = stream;
    const published = new Promise<void>((resolve, reject) => {
      this.#published = { resolve, reject };
    });
    this.#command(stream, 'publish', ++this.#calls, null, this.#key, 'live');
    await published;
    this.#published = undefined;
  }
  /** The simple handshake (5.2): a version and two blocks of random bytes, each sent back. */
  async #handshake(): Promise<void> {
    const own = randomBytes(HANDSHAKE);
    own.writeUInt32BE(0, 0);
    own.writeUInt32BE(0, 4);
    this.#socket.write(Buffer.concat([Buffer.from([3]), own]));
    let have = Buffer.alloc(0);
    const whole = 1 + 2 * HANDSHAKE;
    let answered = false;
    await new Promise<void>((resolve) => {
      const take = (data: Buffer) => {
        have = Buffer.concat([have, data]);
        if (!answered && have.length > HANDSHAKE) {
          answered = true;
          this.#socket.write(have.subarray(1, 1 + HANDSHAKE));
        }
        if (have.length < whole) return;
        this.#socket.off('data', take);
        this.#socket.pause();
        resolve();
      };
      this.#socket.on('data', take);
    });
    // What came behind it is the server's first message.
    if (have.length > whole) this.#socket.unshift(have.subarray(whole));
    this.#socket.resume();
  }

  #received(data: Buffer): void {
    try {
      for (const message of this.#reader.push(data)) this.#message(message);
    } catch (error) {
      this.close(this.#words(error instanceof Error ? error.message : ''));
    }
  }
  #message({ type, body }: Message): void {
    if (type === ACKNOWLEDGEMENT && body.length >= 4) this.#acknowledge(body.readUInt32BE(0));
    else if (type === USER_CONTROL && body.length >= 6 && body.readUInt16BE(0) === PING) {
      const pong = Buffer.from(body.subarray(0, 6));
      pong.writeUInt16BE(PONG);
      this.#write({ type: USER_CONTROL, stream: 0, timestamp: 0, body: pong }, CHANNEL.control);
    } else if (type === COMMAND) this.#answered(decode(body));
  }
  /** The counter has 32 bits, which a day of pictures goes round several times. */
  #acknowledge(low: number): void {
    const round = 2 ** 32;
    const near = Math.floor(this.sent / round) * round + low;
    this.#acknowledged = Math.max(
      this.#acknowledged,
      Math.min(near > this.sent + round / 2 ? near - round : near, this.sent),
    );
  }
  #answered([name, call, ...values]: Amf[]): void {
    const waiting = typeof call === 'number' ? this.#waiting.get(call) : undefined;
    if (name === '_result' && waiting && typeof call === 'number') {
      this.#waiting.delete(call);
      waiting.resolve(values);
    } else if (name === '_error' && waiting) waiting.reject(new Refused(this.#words(described(values[1]))));
    else if (name === 'onStatus') this.#status(values[1]);
    else if (name === 'close') this.close('the destination hung up');
  }
  #status(info: Amf): void {
    const { code, level } = Object(info) as { code?: unknown; level?: unknown };
    if (code === 'NetStream.Publish.Start') this.#published?.resolve();
    else if (level === 'error') {
      const words = this.#words(described(info));
      if (this.#published) this.#published.reject(new Refused(words));
      else this.close(words);
    }
  }

  #call(name: string, ...values: Amf[]): Promise<Amf[]> {
    const call = ++this.#calls;
    const answer = new Promise<Amf[]>((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
    this.#command(0, name, call, ...values);
    return answer;
  }
  #command(stream: number, ...values: Amf[]): void {
    this.#write({ type: COMMAND, stream, timestamp: 0, body: encode(...values) }, CHANNEL.command);
  }
  #write(message: Message, channel: number): void {
    if (this.#over) return;
    const parts = chunked(message, channel, CHUNK);
    this.sent += parts.reduce((sum, { length }) => sum + length, 0);
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    process.nextTick(() => this.#socket.uncork());
  }
  /** Another's words, short and without the key. */
  #words(text: string): string {
    return text.replaceAll(this.#key, '...').slice(0, LONGEST_WORDS).toWellFormed();
  }
}

/** SNI names hosts only (RFC 6066, section 3). */
const secrecy = ({ host, port }: Target, authority: string | undefined) => ({
  ...{ host, port, timeout: OPEN_MS },
  ...(isIP(host) === 0 && { servername: host }),
  ...(authority !== undefined && { ca: [...rootCertificates, authority] }),
});

const described = (info: Amf): string => {
  const { code, description } = Object(info) as { code?: unknown; description?: unknown };
  return [code, description].filter((one) => typeof one === 'string' && one !== '').join(': ') || 'no reason was given';
};
