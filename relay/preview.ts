import { spawn } from 'node:child_process';
import { withoutSecrets } from './pipeline.ts';
import { header } from './ts/packet.ts';
import type { Part } from './ts/source.ts';

/** A picture is given to all who ask within this long. */
const KEPT_MS = 900;
const TIMEOUT_MS = 5_000;

/** Small still pictures of what is on air, made only when somebody asks: of the last key frame, by ffmpeg (about 80 ms of a core). */
export class Preview {
  readonly #clock: () => number;
  readonly #width: number;
  #packets: Buffer[] = [];
  #open = false;
  #whole: Buffer[] | undefined;
  #made: { of: Buffer[]; at: number; jpeg: Promise<Buffer | undefined> } | undefined;

  /** @param width pixels of the picture */
  constructor(clock: () => number, width = 320) {
    this.#clock = clock;
    this.#width = width;
  }
  /** Takes each part of the pictures; keeps the packets of the last key frame, and copies nothing. */
  take({ start, packets }: Part): void {
    if (start) {
      if (this.#open) this.#whole = this.#packets;
      this.#open = start.key;
      this.#packets = [];
    }
    if (this.#open) this.#packets.push(...packets);
  }
  /** A JPEG picture; undefined before there is one, or when it cannot be decoded. */
  async jpeg(): Promise<Buffer | undefined> {
    const now = this.#clock();
    const of = this.#whole;
    if (!of) return undefined;
    if (!this.#made || (this.#made.of !== of && now - this.#made.at > KEPT_MS))
      this.#made = { of, at: now, jpeg: decoded(elementary(of), this.#width) };
    return this.#made.jpeg;
  }
}

/** The H.264 bytes in the packets of one PES packet. */
function elementary(packets: Buffer[]): Buffer {
  const pes = Buffer.concat(packets.map((packet) => packet.subarray(header(packet).payload)));
  return pes.subarray(9 + (pes[8] ?? 0));
}

function decoded(h264: Buffer, width: number): Promise<Buffer | undefined> {
  const scale = `scale=${width}:-2`;
  const args = ['-v', 'quiet', '-threads', '1', '-f', 'h264', '-i', 'pipe:0', '-frames:v', '1', '-vf', scale];
  const child = spawn('ffmpeg', [...args, '-q:v', '6', '-f', 'mjpeg', 'pipe:1'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: withoutSecrets(process.env),
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part) => parts.push(part));
  child.stdin.on('error', () => {}); // It takes no more than it needs.
  child.stdin.end(h264);
  return new Promise((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('close', () => resolve(parts.length > 0 ? Buffer.concat(parts) : undefined));
  });
}
