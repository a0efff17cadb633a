/** An RTMP server that takes one publisher after another and does as it is told. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as secureServer, type TlsOptions } from 'node:tls';
import { type Amf, decode, encode } from '../../../mixer/light/rtmp/amf.ts';
import { ChunkReader, chunked } from '../../../mixer/light/rtmp/chunks.ts';

export interface Packet {
  type: number;
  timestamp: number;
  body: Buffer;
}
export interface Rule {
  /** What a publisher is answered instead of being taken. */
  refuse?: { code: string; description: string };
  /** It acknowledges nothing by RTMP. */
  noAcknowledgement?: boolean;
}

export class RtmpServer {
  rule: Rule = {};
  /** Per connection, what was published. */
  readonly streams: { key: string; app: string; packets: Packet[]; socket: Socket }[] = [];
  readonly #server: Server;

  constructor(tls?: TlsOptions) {
    const met = (socket: Socket) => this.#met(socket);
    this.#server = tls ? secureServer(tls, met) : createServer(met);
  }
  async listen(host = '127.0.0.1'): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, host, resolve));
    return (this.#server.address() as AddressInfo).port;
  }
  /** Everything of one type that came, over all connections. */
  all(type: number): Packet[] {
    return this.streams.flatMap(({ packets }) => packets.filter((packet) => packet.type === type));
  }
  async close(): Promise<void> {
    for (const { socket } of this.streams) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #met(socket: Socket): void {
    const reader = new ChunkReader();
    const stream = { key: '', app: '', packets: [] as Packet[], socket };
    let handshake = Buffer.alloc(0);
    let shaken = false;
    let received = 0;
    let acknowledged = 0;
    let window = Number.POSITIVE_INFINITY;
    const say = (type: number, body: Buffer, to = 0) => {
      for (const part of chunked({ type, stream: to, timestamp: 0, body }, 3, 128)) socket.write(part);
    };
    const answer = (...values: Amf[]) => say(20, encode(...values));
    socket.on('error', () => {});
    socket.on('data', (data) => {
      let bytes: Buffer = data;
      if (!shaken) {
        handshake = Buffer.concat([handshake, data]);
        if (handshake.length < 1537) return;
        if (handshake.length === 1537) {
          socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(1536, 7), handshake.subarray(1)]));
          return;
        }
        if (handshake.length < 3073) return;
        shaken = true;
        bytes = handshake.subarray(3073);
      }
      received += bytes.length;
      for (const { type, timestamp, body } of reader.push(bytes)) {
        if (type === 5) window = body.readUInt32BE(0);
        else if (type !== 20) stream.packets.push({ type, timestamp, body });
        else {
          const [name, call, info, key] = decode(body);
          if (name === 'connect') {
            stream.app = String((info as { app: string }).app);
            answer('_result', call, { fmsVer: 'test' }, { code: 'NetConnection.Connect.Success', level: 'status' });
          } else if (name === 'createStream') answer('_result', call, null, 1);
          else if (name === 'publish') {
            stream.key = String(key);
            const { refuse } = this.rule;
            if (!refuse) this.streams.push(stream);
            const told = refuse ? { ...refuse, level: 'error' } : { code: 'NetStream.Publish.Start', level: 'status' };
            answer('onStatus', 0, null, told);
          }
        }
      }
      if (received - acknowledged >= window && !this.rule.noAcknowledgement) {
        acknowledged = received;
        const bytesRead = Buffer.alloc(4);
        bytesRead.writeUInt32BE(received >>> 0);
        say(3, bytesRead);
      }
    });
  }
}
