import type { AddressInfo } from 'node:net';
import { Egress } from './egress.ts';
import type { Health } from './health.ts';
import { Ingest } from './ingest.ts';
import { renderSlate } from './render.ts';
import { serve } from './server.ts';
import type { Settings } from './settings.ts';
import type { Log } from './srt.ts';
import { SLATE_AFTER_MS, Switcher } from './ts/switcher.ts';

/** While the presenter sends, bytes set the beat and put this one off. Without them it comes often enough for the slate's pictures, or to see a programme end. */
const BEAT_MS = { slate: 50, programme: 100 };

/** Neither presenter nor relay can shorten what the two have agreed on. */
const FILLING = 'the presenter is connected, its first picture comes when the agreed SRT buffer is full (latencyMs)';

export interface Relay {
  /** TCP port of the health page. */
  readonly port: number;
  health(): Health;
  /** Closes all ports; resolves when both processes are gone. */
  stop(): Promise<void>;
}

/**
 * Renders the slate, opens all ports and relays until {@link Relay.stop}.
 * @throws Error when the slate cannot be rendered or the health port is taken; SRT ports that are taken are retried and show in the health
 */
export async function startRelay(settings: Settings, log: Log): Promise<Relay> {
  const clock = () => performance.now();
  const began = clock();
  const videoOnly = settings.role === 'slides';
  const switcher = new Switcher({ slate: await renderSlate(settings.title, videoOnly), videoOnly }, clock());
  /** Does `work` and says so when it has put something else on air. */
  const telling = (work: () => void) => {
    const { source } = switcher;
    work();
    if (source !== switcher.source) log('on-air', { source: switcher.source });
  };
  const egress = new Egress(settings, log, clock);
  const ingest = new Ingest({
    settings,
    log,
    clock,
    onBytes: (bytes, now) => {
      telling(() => switcher.input(bytes, now));
      beat();
      timer?.refresh();
    },
    onGone: (now) => telling(() => switcher.gone(now)),
  });
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  const health = (): Health => {
    const now = clock();
    return {
      status: egress.ready && ingest.ready && !stopping ? 'ok' : 'unable',
      role: settings.role,
      input: {
        connected: ingest.heardWithin(SLATE_AFTER_MS),
        bitrate: ingest.bitrate,
        lastPacketAgeMs: switcher.lastInputAt === undefined ? null : Math.round(now - switcher.lastInputAt),
        ...switcher.totals,
        secondPublishers: ingest.count.secondPublishers,
        latencyMs: ingest.latencyMs ?? null,
        problem: (ingest.filling ? FILLING : switcher.problem(now)) ?? null,
        warning: switcher.warning(now) ?? null,
      },
      source: switcher.source,
      callers: egress.callers,
      rejected: ingest.count.rejected + egress.count.rejected,
      restarts: ingest.count.restarts + egress.count.restarts,
      recycles: ingest.count.recycles,
      stalls: egress.count.stalls,
      uptimeSeconds: Math.round((now - began) / 1000),
    };
  };
  const server = await serve(settings.healthPort, settings.bind, health);
  const beat = () => {
    ingest.beat();
    egress.beat();
    telling(() => {
      switcher.congested(egress.stuck, clock());
      switcher.tick(clock());
    });
    egress.write(switcher.take());
  };
  const beats = () => {
    beat();
    timer = setTimeout(beats, BEAT_MS[switcher.source]);
  };
  beats();
  ingest.start();
  egress.start();
  return {
    port: (server.address() as AddressInfo).port,
    health,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
      await Promise.all([ingest.stop(), egress.stop()]);
    },
  };
}
