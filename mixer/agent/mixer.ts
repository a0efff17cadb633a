import { type Log, words } from './log.ts';
import type { Obs } from './obs/client.ts';
import { applyInputs, inputNameOf, srtUrl } from './obs/inputs.ts';
import { applyScenes } from './obs/scenes.ts';
import { StreamOutput } from './obs/stream.ts';
import { ObsSupervisor } from './obs/supervisor.ts';
import type { ReadSecret } from './secrets.ts';
import type { LocalSettings, UserData } from './settings.ts';
import { type Desired, type Sample, type Status, Watch } from './status.ts';

const LOOK_EVERY_MS = 1000;
/** An OBS that has not answered for this long is restarted. */
const FROZEN_MS = 30_000;
const REVIVE_AFTER_MS = 15_000;
const SOURCES = ['programme', 'slides'] as const;

/** One mixer: OBS configured from data, kept as it is desired, and watched. */
export class Mixer {
  readonly #data: UserData;
  readonly #read: ReadSecret;
  readonly #log: Log;
  readonly #watch: Watch;
  readonly #supervisor: ObsSupervisor;
  #desired: Desired;
  #obs: Obs | undefined;
  #stream: StreamOutput | undefined;
  #answeredAt = 0;
  #key: string | undefined;
  #sceneDone: string | undefined;
  readonly #revivedAt: Record<string, number> = {};
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(data: UserData, local: LocalSettings, read: ReadSecret, log: Log) {
    this.#data = data;
    this.#read = read;
    this.#log = log;
    this.#watch = new Watch([...SOURCES], Date.now());
    this.#desired = { streaming: false };
    this.#supervisor = new ObsSupervisor({
      ...local.obs,
      layout: data.layout,
      log,
      onConnected: (obs) => this.#connected(obs),
      onLost: () => {
        this.#obs = undefined;
        this.#stream = undefined;
        this.#watch.lost(Date.now());
      },
      onDied: () => this.#watch.restarts++,
    });
  }
  start(): void {
    this.#supervisor.start();
    this.#timer = setInterval(() => this.#then(() => this.#turn()), LOOK_EVERY_MS);
  }
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    await this.#stream?.stop().catch((error) => this.#log('stop-failed', { reason: words(error) }));
    await this.#supervisor.stop();
  }
  status(): Status {
    return this.#watch.status(this.#data, this.#desired, Date.now());
  }
  /** What is wanted from now on; followed within a second. */
  want(desired: Desired): void {
    if (desired.streaming !== this.#desired.streaming) {
      this.#log('desired', { streaming: desired.streaming });
      this.#watch.settle(Date.now());
    }
    this.#desired = desired;
    this.#then(() => this.#turn());
  }
  async restartObs(): Promise<void> {
    this.#watch.settle(Date.now());
    await this.#supervisor.restart();
  }
  /** Reads the stream key again; a stream that runs with another one is begun anew. */
  rereadKey(): void {
    this.#then(async () => {
      const before = this.#key;
      await this.#readKey();
      if (this.#key === before) return;
      await this.#stream?.stop();
      await this.#turn();
    });
  }

  /** One thing at a time: a look in the middle of a configuration would see half of it. */
  #then(work: () => Promise<void>): void {
    this.#busy = this.#busy.then(work).catch((error) => this.#log('obs-request-failed', { reason: words(error) }));
  }

  async #connected(obs: Obs): Promise<void> {
    const { layout, secrets, programme, slides, title, event } = this.#data;
    const began = performance.now();
    const passphrase = await this.#secret(secrets.egress);
    if (passphrase === undefined) throw new Error(`Cannot find secret ${secrets.egress} in the vault`);
    this.#watch.version = (await obs.call('GetVersion')).obsVersion;
    await applyInputs(obs, layout, {
      title: title ?? event,
      programme: srtUrl(programme, passphrase, layout.latencyMs),
      slides: srtUrl(slides, passphrase, layout.latencyMs),
    });
    await applyScenes(obs, layout);
    const { outputActive } = await obs.call('GetStreamStatus');
    this.#stream = new StreamOutput(obs, outputActive, this.#log, () => this.#watch.reconnects++);
    this.#answeredAt = performance.now();
    this.#sceneDone = undefined;
    this.#obs = obs;
    this.#watch.settle(Date.now());
    this.#log('obs-ready', { version: this.#watch.version, configuredMs: Math.round(performance.now() - began) });
    this.#then(() => this.#turn());
  }

  /** One look, and one step from what is to what is wanted. */
  async #turn(): Promise<void> {
    const obs = this.#obs;
    const stream = this.#stream;
    if (!obs || !stream) return;
    if (performance.now() - this.#answeredAt > FROZEN_MS) {
      this.#log('obs-frozen');
      return await this.restartObs();
    }
    const { streaming, scene } = this.#desired;
    const { streamActive } = await this.#look(obs);
    this.#answeredAt = performance.now();
    await this.#revive(obs);
    // A scene is put on once per wish: a technician at the machine may choose another one afterwards.
    if (scene !== undefined && scene !== this.#sceneDone) {
      this.#sceneDone = scene;
      if (scene in this.#data.layout.scenes) await obs.call('SetCurrentProgramScene', { sceneName: scene });
      else this.#log('unknown-scene', { scene, known: Object.keys(this.#data.layout.scenes) });
    }
    if (streaming && !streamActive && stream.atRest) {
      if (this.#key === undefined) await this.#readKey();
      if (this.#key !== undefined) await stream.start(this.#data.layout.streamServer, this.#key);
    } else if (!streaming && streamActive) await stream.stop();
  }
  /** A source that stays silent is begun anew: OBS does so itself when the relay hangs up, but not when it merely says nothing. */
  async #revive(obs: Obs): Promise<void> {
    const now = Date.now();
    for (const source of SOURCES) {
      const silentFrom = Math.max(this.#watch.silentSince(source) ?? now, this.#revivedAt[source] ?? 0);
      if (now - silentFrom < REVIVE_AFTER_MS) continue;
      this.#revivedAt[source] = now;
      this.#log('source-restarted', { source });
      const mediaAction = 'OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART';
      await obs.call('TriggerMediaInputAction', { inputName: inputNameOf(source), mediaAction });
    }
  }
  async #look(obs: Obs): Promise<Sample> {
    const [stream, stats, scene, ...media] = await Promise.all([
      obs.call('GetStreamStatus'),
      obs.call('GetStats'),
      obs.call('GetCurrentProgramScene'),
      ...SOURCES.map((source) => obs.call('GetMediaInputStatus', { inputName: inputNameOf(source) })),
    ]);
    const sample: Sample = {
      streamActive: stream.outputActive,
      streamReconnecting: stream.outputReconnecting,
      sentBytes: stream.outputBytes,
      droppedFrames: stream.outputSkippedFrames,
      skippedFrames: stats.renderSkippedFrames + stats.outputSkippedFrames,
      scene: scene.currentProgramSceneName,
      cursors: Object.fromEntries(SOURCES.map((name, i) => [name, media[i]?.mediaCursor ?? null])),
      cpuPercent: Math.round(stats.cpuUsage * 10) / 10,
      memoryMb: Math.round(stats.memoryUsage),
      averageFrameMs: Math.round(stats.averageFrameRenderTime * 100) / 100,
    };
    this.#watch.take(sample, Date.now());
    return sample;
  }

  async #readKey(): Promise<void> {
    this.#key = await this.#secret(this.#data.secrets.streamKey);
    const fault = 'there is no stream key in the vault';
    if (this.#key === undefined) this.#watch.faults.add(fault);
    else this.#watch.faults.delete(fault);
  }
  async #secret(name: string): Promise<string | undefined> {
    const fault = 'the vault cannot be read';
    try {
      const value = await this.#read(name);
      this.#watch.faults.delete(fault);
      return value;
    } catch (error) {
      this.#watch.faults.add(fault);
      throw error;
    }
  }
}
