import type { Report } from '../../contract/heartbeat.ts';
import { clip, type Problem, type Source } from '../../contract/problems.ts';
import type { UserData } from '../../contract/user-data.ts';
import { RunningTotal, reportable, SourceWatch } from './counters.ts';

/** What the control plane wants of this mixer (the heartbeat's reply). */
export interface Desired {
  streaming: boolean;
  scene?: string | undefined;
}
/** What a mixer knows of itself; the body of heartbeats and of the loopback page. */
export interface Status extends Report {
  /** Frames not encoded for a slow machine; like `droppedFrames` (a slow network) a sum over reconnects and restarts. */
  skippedFrames: number;
  sentBytes: number;
  /** Since when each source is so, ISO 8601. */
  sourcesSince: Record<string, string>;
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

/** How long a start may take before its lack is a problem. */
const SETTLE_MS = 15_000;
/** OBS tries to reach a lost server every two seconds by itself; restarting the machine is for when that does not help. */
const STREAM_PATIENCE_MS = 45_000;
/** A silent source usually means that its relay is being restarted, which restarting mixers would only make worse. */
const SOURCE_PATIENCE_MS = 90_000;
/** A source that is renamed or replaced may be away for a moment. */
const MISSING_PATIENCE_MS = 5_000;
/** What is sent of a list; the control plane would cut it as well. */
const MOST = 10;

/** A share of skipped frames beyond this, in one minute, is seen by viewers. */
const SKIPPED_PER_MINUTE = 90;

/** What others than the watch find. */
export type Fault = 'vault-unreadable' | 'stream-key-absent';

/** Gathers samples into a status; pure, `now` in ms since the Unix epoch. */
export class Watch {
  reconnects = 0;
  restarts = 0;
  version: string | undefined;
  /** Reasons that others found, such as a vault that does not answer. */
  readonly faults = new Set<Fault>();
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
  readonly #names: Source[];

  /** @param latencyMs SRT's buffer, which a source that begins anew has to fill first */
  constructor(sources: Source[], now: number, latencyMs = 0) {
    this.#names = sources;
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
    { deploymentId, language, component }: Pick<UserData, 'deploymentId' | 'language' | 'component'>,
    desired: Desired,
    now: number,
  ): Status {
    const s = this.#sample;
    const sources = Object.entries(this.#sources);
    return {
      deploymentId,
      language,
      ...(component === undefined ? {} : { component }),
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
      problems: this.#problems(desired, now).slice(0, MOST),
      warnings: this.#warnings().slice(0, MOST),
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

  #problems(desired: Desired, now: number): Problem[] {
    const s = this.#sample;
    const onAir = s?.streamActive && !s.streamReconnecting;
    // What is missing for a start is no reason to restart what runs.
    const problems: Problem[] = onAir ? [] : this.#faults();
    if (this.#shutOut) return [...problems, { code: 'password-refused' }];
    if (!s) return now - this.#settling > SETTLE_MS ? [...problems, { code: 'program-not-running' }] : problems;
    for (const name of this.#names) {
      if (now - (this.#missing[name] ?? now) >= MISSING_PATIENCE_MS)
        problems.push({ code: 'source-missing', source: name });
      else if (now - (this.silentSince(name) ?? now) > this.#sourcePatienceMs)
        problems.push({ code: 'source-silent', source: name });
    }
    const off = desired.streaming && !onAir;
    this.#offSince = off ? Math.max(this.#offSince ?? now, this.#settling) : undefined;
    if (now - (this.#offSince ?? now) > STREAM_PATIENCE_MS) problems.push({ code: 'stream-not-connected' });
    return problems;
  }
  #faults(): Problem[] {
    return [...this.faults].map((code) => ({ code }));
  }
  #warnings(): Problem[] {
    const skipped = (this.#skips.at(-1)?.total ?? 0) - (this.#skips[0]?.total ?? 0);
    const s = this.#sample;
    return [
      ...(skipped > SKIPPED_PER_MINUTE ? [{ code: 'too-slow' } as const] : []),
      ...(s?.streamActive && !s.streamReconnecting ? this.#faults() : []),
      ...[...this.refusals].map(([request, reason]) => ({
        code: 'request-refused' as const,
        request: clip(request),
        reason: clip(reason),
      })),
    ];
  }
}
