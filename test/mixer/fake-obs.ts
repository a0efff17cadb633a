/**
 * An obs-websocket (RPC version 1) without an OBS behind it: answers as told, in this process, on loopback. The program
 * that the agent takes for OBS is a child that only waits, so that a restart of it is seen.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

export type Answer = { code: number; comment: string } | { data: object } | 'silence';
type Rule = (type: string, data: Record<string, unknown>) => Answer | undefined;

const HEALTHY: Record<string, object> = {
  GetVersion: { obsVersion: '31.0.0' },
  GetInputKindList: { inputKinds: ['ffmpeg_source', 'color_source_v3', 'text_ft2_source_v2'] },
  GetInputList: { inputs: [] },
  GetSceneList: { scenes: [{ sceneName: 'programme' }] },
  GetSceneItemList: { sceneItems: [] },
  CreateSceneItem: { sceneItemId: 1 },
  GetSpecialInputs: {},
  GetCurrentProgramScene: { currentProgramSceneName: 'programme' },
  // The smallest picture that is one: its bytes are of no interest here.
  GetSourceScreenshot: { imageData: 'data:image/jpg;base64,/9j/2Q==' },
  GetStats: { renderSkippedFrames: 0, outputSkippedFrames: 0, cpuUsage: 1, memoryUsage: 1, averageFrameRenderTime: 1 },
};

export class FakeObs {
  readonly asked: string[] = [];
  /** Decides before {@link HEALTHY} does. */
  rule: Rule = () => undefined;
  streaming = true;
  #cursor = 0;
  #child: ChildProcess | undefined;
  #server = createServer();
  #sockets = new Set<Socket>();

  /** Listens, and leaves the trace that an agent takes over. @param home the agent's folder */
  async start(home: string): Promise<void> {
    this.#child = spawn('sleep', ['3600'], { stdio: 'ignore' });
    this.#server.on('upgrade', ({ headers }, socket: Socket) => {
      const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: obswebsocket.json\r\n\r\n`,
      );
      this.#sockets.add(socket);
      socket.on('error', () => {});
      this.#talk(socket);
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const folder = join(home, '.config', 'obs-studio');
    mkdirSync(folder, { recursive: true });
    const { port } = this.#server.address() as AddressInfo;
    const left = { port, password: '', trace: { obs: this.#child.pid } };
    writeFileSync(join(folder, 'stream-control-agent.json'), JSON.stringify(left));
  }
  /** Whether the agent has left the program alone. */
  get runs(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }
  /** An event, to whoever is connected. */
  tell(eventType: string, eventData: object): void {
    for (const socket of this.#sockets) this.#send(socket, 5, { eventType, eventIntent: 64, eventData });
  }
  stop(): void {
    this.#child?.kill('SIGKILL');
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #talk(socket: Socket): void {
    let buffer = Buffer.alloc(0);
    this.#send(socket, 0, { obsWebSocketVersion: '5.5.0', rpcVersion: 1 });
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let frame = read(buffer); frame; frame = read(buffer)) {
        buffer = buffer.subarray(frame.size);
        if (frame.opcode === 8) socket.end();
        if (frame.opcode !== 1) continue;
        const { op, d } = JSON.parse(frame.text) as { op: number; d: Record<string, unknown> };
        // Identify, and identify again.
        if (op === 1 || op === 3) this.#send(socket, 2, { negotiatedRpcVersion: 1 });
        else if (op === 6) this.#answer(socket, d);
      }
    });
  }
  #answer(socket: Socket, { requestType, requestId, requestData }: Record<string, unknown>): void {
    const type = String(requestType);
    this.asked.push(type);
    const answer = this.rule(type, (requestData ?? {}) as Record<string, unknown>) ?? { data: this.#healthy(type) };
    if (answer === 'silence') return;
    const status = 'code' in answer ? { result: false, ...answer } : { result: true, code: 100 };
    const responseData = 'data' in answer ? { responseData: answer.data } : {};
    this.#send(socket, 7, { requestType: type, requestId, requestStatus: status, ...responseData });
  }
  #healthy(type: string): object {
    if (type === 'GetMediaInputStatus') return { mediaState: 'OBS_MEDIA_STATE_PLAYING', mediaCursor: ++this.#cursor };
    if (type === 'GetStreamStatus')
      return { outputActive: this.streaming, outputReconnecting: false, outputBytes: 1, outputSkippedFrames: 0 };
    return HEALTHY[type] ?? {};
  }
  #send(socket: Socket, op: number, d: object): void {
    const payload = Buffer.from(JSON.stringify({ op, d }));
    const head = payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255];
    socket.write(Buffer.concat([Buffer.from(head), payload]));
  }
}

/** One masked frame of a client, when all of it is there. */
function read(buffer: Buffer): { opcode: number; text: string; size: number } | undefined {
  if (buffer.length < 6) return undefined;
  const short = (buffer[1] ?? 0) & 127;
  const at = short === 126 ? 4 : 2;
  const length = short === 126 ? buffer.readUInt16BE(2) : short;
  const size = at + 4 + length;
  if (buffer.length < size) return undefined;
  const mask = buffer.subarray(at, at + 4);
  const payload = buffer.subarray(at + 4, size).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return { opcode: (buffer[0] ?? 0) & 15, text: Buffer.from(payload).toString(), size };
}
