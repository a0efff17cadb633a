import { RunningTotal, SourceWatch } from './counters.ts';

/** What the control plane wants of this mixer (the heartbeat's reply). */
export interface Desired {
  streaming: boolean;
  scene?: string | undefined;
}
/** What a mixer knows of itself; the body of heartbeats and of the loopback page. */
export interface Status {
  deploymentId: string;
  language: string;
  /** The stream is up and accepted by its server. */
  streaming: boolean;
  scene: string | null;
  /** Times the stream's connection was lost, since the agent's start. */
  reconnects: number;
  /** Frames not sent for a slow network, and not encoded for a slow machine; sums over reconnects and restarts. */
  droppedFrames: number;
  skippedFrames: number;
  sentBytes: number;
  sources: Record<string, 'alive' | 'silent'>;
  /** Since when each source is so, ISO 8601. */
  sourcesSince: Record<string, string>;
  /** Why the mixer is unwell, in stable words (they are compared): what a restart of this machine may heal. Empty when it is well. */
  problems: string[];
  /** What people should know and no restart heals. */
  warnings: string[];
  obs: {
    running: boolean;
    restarts: number;
    version: string | null;
    cpuPercent: number;
    memoryMb: number;
    averageFrameMs: number;
  };
  since: string;
}

/** One look at OBS. */
export interface Sample {
  streamActive: boolean;
  streamReconnecting: boolean;
  sentBytes: number;
  droppedFrames: number;
  skippedFrames: number;
  scene: string;
  /** Cursor in ms per source. */
  cursors: Record<string, number | null>;
  cpuPercent: number;
  memoryMb: number;
  averageFrameMs: number;
}

/** How long a start may take before its lack is a problem. */
const SETTLE_MS = 15_000;
/** OBS tries to reach a lost server every two seconds by itself; restarting the machine is for when that does not help. */
const STREAM_PATIENCE_MS = 45_000;
/** A silent source usually means that its relay is being restarted, which restarting mixers would only make worse. */
const SOURCE_PATIENCE_MS = 90_000;
/** A share of skipped frames beyond this, in one minute, is seen by viewers. */
const SKIPPED_PER_MINUTE = 90;

/** Gathers samples into a status; pure, `now` in ms since the Unix epoch. */
export class Watch {
  reconnects = 0;
  restarts = 0;
  version: string | undefined;
  /** Reasons that others found, such as a vault that does not answer. */
  readonly faults = new Set<string>();
  #sample: Sample | undefined;
  /** Since when the stream is not what it should be; undefined while it is. */
  #offSince: number | undefined;
  #sources: Record<string, SourceWatch>;
  #bytes = new RunningTotal();
  #dropped = new RunningTotal();
  #skipped = new RunningTotal();
  #skips: { at: number; total: number }[] = [];
  readonly #began: number;
  #settling: number;

  constructor(sources: string[], now: number) {
    this.#sources = Object.fromEntries(sources.map((name) => [name, new SourceWatch(now)]));
    this.#began = now;
    this.#settling = now;
  }
  /** Something was changed on purpose: the mixer may take a moment to follow. */
  settle(now: number): void {
    this.#settling = now;
  }
  take(sample: Sample, now: number): void {
    this.#sample = sample;
    this.#bytes.take(sample.sentBytes);
    this.#dropped.take(sample.droppedFrames);
    this.#skips.push({ at: now, total: this.#skipped.take(sample.skippedFrames) });
    while (this.#skips[0] && now - this.#skips[0].at > 60_000) this.#skips.shift();
    for (const [name, watch] of Object.entries(this.#sources)) watch.take(sample.cursors[name], now);
  }
  /** OBS is gone. */
  lost(now: number): void {
    this.#sample = undefined;
    for (const watch of Object.values(this.#sources)) watch.take(null, now);
  }

  status(
    { deploymentId, language }: { deploymentId: string; language: string },
    desired: Desired,
    now: number,
  ): Status {
    const s = this.#sample;
    const sources = Object.entries(this.#sources);
    return {
      deploymentId,
      language,
      streaming: s ? s.streamActive && !s.streamReconnecting : false,
      scene: s?.scene ?? null,
      reconnects: this.reconnects,
      droppedFrames: this.#dropped.total,
      skippedFrames: this.#skipped.total,
      sentBytes: this.#bytes.total,
      sources: Object.fromEntries(sources.map(([name, { alive }]) => [name, alive ? 'alive' : 'silent'])),
      sourcesSince: Object.fromEntries(sources.map(([name, { since }]) => [name, new Date(since).toISOString()])),
      problems: this.#problems(desired, now),
      warnings: this.#warnings(),
      obs: {
        running: s !== undefined,
        restarts: this.restarts,
        version: this.version ?? null,
        cpuPercent: s?.cpuPercent ?? 0,
        memoryMb: s?.memoryMb ?? 0,
        averageFrameMs: s?.averageFrameMs ?? 0,
      },
      since: new Date(this.#began).toISOString(),
    };
  }
  /** Since when a source is silent (ms), undefined while it is alive. */
  silentSince(source: string): number | undefined {
    const watch = this.#sources[source];
    return watch && !watch.alive ? Math.max(watch.since, this.#settling) : undefined;
  }

  #problems(desired: Desired, now: number): string[] {
    const problems = [...this.faults];
    const s = this.#sample;
    if (!s) return now - this.#settling > SETTLE_MS ? [...problems, 'OBS is not running'] : problems;
    for (const name of Object.keys(this.#sources))
      if (now - (this.silentSince(name) ?? now) > SOURCE_PATIENCE_MS) problems.push(`the ${name} source is silent`);
    const off = desired.streaming && (!s.streamActive || s.streamReconnecting);
    this.#offSince = off ? Math.max(this.#offSince ?? now, this.#settling) : undefined;
    if (now - (this.#offSince ?? now) > STREAM_PATIENCE_MS) problems.push('the stream is not connected');
    return problems;
  }
  #warnings(): string[] {
    const skipped = (this.#skips.at(-1)?.total ?? 0) - (this.#skips[0]?.total ?? 0);
    return skipped > SKIPPED_PER_MINUTE ? ['the machine is too slow for the picture size'] : [];
  }
}
