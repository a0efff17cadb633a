import { createHash } from 'node:crypto';

/**
 * Chance without a sequence: every draw is a pure function of the seed and of the words that say what is drawn, so the
 * order of unrelated requests never changes an answer.
 */
export class SeededChance {
  readonly #seed: string;
  constructor(seed: string) {
    this.#seed = seed;
  }
  bytes(...key: (string | number)[]): Buffer {
    return createHash('sha256')
      .update(`${this.#seed}\0${key.join('\0')}`)
      .digest();
  }
  /** Uniform in [0, 1). */
  uniform(...key: (string | number)[]): number {
    return this.bytes(...key).readUIntBE(0, 6) / 2 ** 48;
  }
  /** Standard normal (Box-Muller). */
  normal(...key: (string | number)[]): number {
    const bytes = this.bytes(...key);
    const u = (bytes.readUIntBE(0, 6) + 1) / (2 ** 48 + 1);
    const v = bytes.readUIntBE(6, 6) / 2 ** 48;
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  }
  guid(...key: (string | number)[]): string {
    const hex = this.bytes('guid', ...key).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}

/** How long an operation takes on Azure, in seconds: log-normal through its median and its 95th percentile. */
export interface Duration {
  median: number;
  p95: number;
}

/** One draw of `duration`, in seconds; never longer than ten times the 95th percentile. */
export function draw(chance: SeededChance, duration: Duration, ...key: (string | number)[]): number {
  const sigma = Math.log(Math.max(duration.p95, duration.median) / duration.median) / 1.645;
  return Math.min(duration.median * Math.exp(sigma * chance.normal('duration', ...key)), duration.p95 * 10);
}
