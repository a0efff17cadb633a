import { RunningTotal, reportable, SourceWatch } from './counters.ts';

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
  /** `missing`: OBS has no such source. */
  sources: Record<string, 'alive' | 'silent' | 'missing'>;
  /** Since when each source is so, ISO 8601. */
  sourcesSince: Record<string, string>;
  /**
   * Why the mixer is unwell, in stable words (the control plane tells by them what helps, domain/lifecycle/causes.ts). Empty when it
   * is well.
   */
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
  /** Sources that OBS knows nothing of. */
  missing?: string[];
  cpuPercent: number;
  memoryMb: number;
  averageFrameMs: number;
}

const SHUT_OUT = "OBS does not take the agent's password";
/** How long a start may take before its lack is a problem. */
const SETTLE_MS = 15_000;
/** OBS tries to reach a lost server every two seconds by itself; restarting the machine is for when that does not help. */
const STREAM_PATIENCE_MS = 45_000;
/** A silent source usually means that its relay is being restarted, which restarting mixers would only make worse. */
const SOURCE_PATIENCE_MS = 90_000;
/** A source that is renamed or replaced may be away for a moment. */
const MISSING_PATIENCE_MS = 5_000;
/** What is sent of a text or a list; the control plane would clip it as well. */
const LONGEST = 200;
const LINES = 10;
const clip = (text: string): string => text.slice(0, LONGEST).toWellFormed();

/** A share of skipped frames beyond this, in one minute, is seen by viewers. */
const SKIPPED_PER_MINUTE = 90;

/** Gathers samples into a status; pure, `now` in ms since the Unix epoch. */
export class Watch {
  reconnects = 0;
  restarts = 0;
  version: string | undefined;
  /** Reasons that others found, such as a vault that does not answer. */
  readonly faults = new Set<string>();
  /** What OBS answered with an error, by request. */
  refusals: ReadonlyMap<string, string> = new Map();
  #shutOut = false;
  #missing: Record<string, number> = {};
  #sample: Sample | undefined;
  /** Since when the stream is not what it should be; undefined while it is. */
  #offSince: number | undefined;
  #sources: Record<string, SourceWatch>;
  #bytes = new RunningTotal('bytes');
  #dropped = new RunningTotal();
  #skipped = new RunningTotal();
  #skips: { at: number; total: number }[] = [];
  readonly #began: number;
  #settling: number;

  readonly #sourcePatienceMs: number;

  /** @param latencyMs SRT's buffer, which a source that begins anew has to fill first */
  constructor(sources: string[], now: number, latencyMs = 0) {
    this.#sourcePatienceMs = SOURCE_PATIENCE_MS + latencyMs;
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
    const missing = sample.missing ?? [];
    this.#missing = Object.fromEntries(missing.map((name) => [name, this.#missing[name] ?? now]));
    for (const [name, watch] of Object.entries(this.#sources)) {
      if (missing.includes(name)) watch.unknown(now);
      else watch.take(sample.cursors[name], now);
    }
  }
  /** OBS is gone. */
  lost(now: number): void {
    this.#sample = undefined;
    this.#missing = {};
    for (const watch of Object.values(this.#sources)) watch.take(null, now);
  }
  /** OBS runs and does not take the agent's password. */
  shutOut(out: boolean): void {
    this.#shutOut = out;
  }
  isMissing(source: string): boolean {
    return this.#missing[source] !== undefined;
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
      scene: s?.scene ? clip(s.scene) : null,
      reconnects: this.reconnects,
      droppedFrames: this.#dropped.total,
      skippedFrames: this.#skipped.total,
      sentBytes: this.#bytes.total,
      sources: Object.fromEntries(
        sources.map(([name, { alive }]) => [name, this.isMissing(name) ? 'missing' : alive ? 'alive' : 'silent']),
      ),
      sourcesSince: Object.fromEntries(sources.map(([name, { since }]) => [name, new Date(since).toISOString()])),
      problems: this.#problems(desired, now).slice(0, LINES).map(clip),
      warnings: this.#warnings().slice(0, LINES).map(clip),
      obs: {
        running: s !== undefined,
        restarts: this.restarts,
        version: this.version ?? null,
        cpuPercent: reportable(s?.cpuPercent),
        memoryMb: reportable(s?.memoryMb),
        averageFrameMs: reportable(s?.averageFrameMs),
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
    const s = this.#sample;
    const onAir = s?.streamActive && !s.streamReconnecting;
    // What is missing for a start is no reason to restart what runs.
    const problems = onAir ? [] : [...this.faults];
    if (this.#shutOut) return [...problems, SHUT_OUT];
    if (!s) return now - this.#settling > SETTLE_MS ? [...problems, 'OBS is not running'] : problems;
    for (const name of Object.keys(this.#sources)) {
      if (now - (this.#missing[name] ?? now) >= MISSING_PATIENCE_MS) problems.push(`the ${name} source is not there`);
      else if (now - (this.silentSince(name) ?? now) > this.#sourcePatienceMs)
        problems.push(`the ${name} source is silent`);
    }
    const off = desired.streaming && !onAir;
    this.#offSince = off ? Math.max(this.#offSince ?? now, this.#settling) : undefined;
    if (now - (this.#offSince ?? now) > STREAM_PATIENCE_MS) problems.push('the stream is not connected');
    return problems;
  }
  #warnings(): string[] {
    const skipped = (this.#skips.at(-1)?.total ?? 0) - (this.#skips[0]?.total ?? 0);
    const s = this.#sample;
    return [
      ...(skipped > SKIPPED_PER_MINUTE ? ['the machine is too slow for the picture size'] : []),
      ...(s?.streamActive && !s.streamReconnecting ? this.faults : []),
      ...[...this.refusals].map(([request, reason]) => `OBS refuses ${request}: ${reason}`),
    ];
  }
}
