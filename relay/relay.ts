import type { AddressInfo } from 'node:net';
import { Egress } from './egress.ts';
import type { Health } from './health.ts';
import { Ingest } from './ingest.ts';
import { Meter } from './meter.ts';
import { Preview } from './preview.ts';
import { renderSlate } from './render.ts';
import { serve } from './server.ts';
import type { Settings } from './settings.ts';
import type { Log } from './srt.ts';
import { PRESENTERS, type Presenter } from './ts/choice.ts';
import { SLATE_AFTER_MS } from './ts/feed.ts';
import { Switcher } from './ts/switcher.ts';

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
  const videoOnly = settings.role === 'slides';
  const meter = new Meter(clock);
  const preview = new Preview(clock);
  const switcher = new Switcher(
    {
      slate: await renderSlate(settings.title),
      videoOnly,
      choice: settings.choice,
      onPicture: (part) => preview.take(part),
      onSound: (part) => meter.take(part),
    },
    clock(),
  );
  /** Does `work` and says so when it has put something else on air. */
  const telling = (work: () => void) => {
    const { source, presenter } = switcher;
    work();
    if (source === switcher.source && presenter === switcher.presenter) return;
    log('on-air', {
      source: switcher.source,
      ...(switcher.source === 'programme' && { presenter: switcher.presenter }),
    });
  };
  const egress = new Egress({
    settings,
    log,
    clock,
    onLane: (lane, asked) => (asked ? switcher.lanes.set(lane, asked.wish, clock()) : switcher.lanes.drop(lane)),
  });
  const ingest = new Ingest({
    settings,
    log,
    clock,
    onBytes: (presenter, bytes, now) => {
      telling(() => switcher.input(bytes, now, presenter));
      // Each presenter would set the beat of its own; the callers' is that of who is on air.
      if (presenter !== switcher.presenter && switcher.source === 'programme') return;
      beat();
      timer?.refresh();
    },
    onGone: (presenter, now) => telling(() => switcher.gone(now, presenter)),
  });
  const state: State = { began: clock(), stopping: false, settings, switcher, ingest, egress, meter };
  let timer: NodeJS.Timeout | undefined;

  const server = await serve(settings.healthPort, settings.bind, {
    passphrase: settings.ingest.passphrase,
    health: () => healthOf(state, clock()),
    onLevels: () => meter.ask(),
    preview: () => preview.jpeg(),
    source: (active) => {
      switcher.choice.want(active);
      log('presenter-wanted', { active });
    },
  });
  const beat = () => {
    ingest.beat();
    egress.beat();
    telling(() => {
      switcher.congested(egress.stuck, clock());
      switcher.tick(clock());
    });
    meter.beat(switcher.tracks());
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
    health: () => healthOf(state, clock()),
    async stop() {
      state.stopping = true;
      clearTimeout(timer);
      meter.stop();
      server.close();
      server.closeAllConnections();
      await Promise.all([ingest.stop(), egress.stop()]);
    },
  };
}

interface State {
  began: number;
  stopping: boolean;
  settings: Settings;
  switcher: Switcher;
  ingest: Ingest;
  egress: Egress;
  meter: Meter;
}

/** @param now ms of the relay's clock */
function healthOf({ began, stopping, settings, switcher, ingest, egress, meter }: State, now: number): Health {
  const { presenter, feed } = switcher;
  const line = ingest.presenters[presenter];
  const filling = PRESENTERS.some((name) => ingest.presenters[name].filling);
  const callers = egress.wishes;
  const presenterOf = (name: Presenter) => ({
    connected: ingest.presenters[name].heardWithin(SLATE_AFTER_MS),
    bitrate: ingest.presenters[name].bitrate,
    latencyMs: ingest.presenters[name].latencyMs ?? null,
    problem: switcher.feeds[name].fault(now) ?? null,
  });
  return {
    status: egress.ready && ingest.ready && !stopping ? 'ok' : 'unable',
    role: settings.role,
    input: {
      connected: line.heardWithin(SLATE_AFTER_MS),
      bitrate: line.bitrate,
      lastPacketAgeMs: feed.lastInputAt === undefined ? null : Math.round(now - feed.lastInputAt),
      continuityErrors: switcher.feeds.main.totals.continuityErrors + switcher.feeds.backup.totals.continuityErrors,
      droppedBytes: switcher.feeds.main.totals.droppedBytes + switcher.feeds.backup.totals.droppedBytes,
      strayTimes: switcher.count.strayTimes,
      secondPublishers: ingest.count.secondPublishers,
      latencyMs: line.latencyMs ?? null,
      problem: (switcher.source === 'slate' && filling ? FILLING : switcher.problem(now)) ?? null,
      warning: switcher.warning(now) ?? null,
    },
    source: switcher.source,
    presenters: {
      onAir: switcher.source === 'programme' ? presenter : null,
      wanted: switcher.choice.wanted,
      takeovers: switcher.count.takeovers,
      main: presenterOf('main'),
      backup: presenterOf('backup'),
    },
    tracks: switcher.tracks().map(({ track, language, codec, bitrate }) => {
      const level = meter.level(track);
      const measured = { peakDb: level?.peakDb ?? null, loudnessLufs: level?.loudnessLufs ?? null };
      return { track, language, codec, bitrate, ...measured };
    }),
    wishes: switcher.lanes.wishes().map(({ wish, track }) => ({ wish, track, callers: callers.get(wish) ?? 0 })),
    callers: egress.callers,
    rejected: ingest.count.rejected + egress.count.rejected,
    restarts: ingest.count.restarts + egress.count.restarts,
    recycles: ingest.count.recycles,
    stalls: egress.count.stalls,
    uptimeSeconds: Math.round((now - began) / 1000),
  };
}
