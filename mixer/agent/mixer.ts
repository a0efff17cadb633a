import type { Frame } from '../../contract/pictures.ts';
import { SOURCES, type Source } from '../../contract/problems.ts';
import { wishOf } from '../../contract/stream-id.ts';
import type { UserData } from '../../contract/user-data.ts';
import { type Log, words } from './log.ts';
import { isRefusal, type Obs } from './obs/client.ts';
import { applyInputs, inputNameOf, srtUrl } from './obs/inputs.ts';
import { Monitor } from './obs/monitor.ts';
import { applyScenes } from './obs/scenes.ts';
import { StreamOutput } from './obs/stream.ts';
import { ObsSupervisor } from './obs/supervisor.ts';
import { Revival } from './revival.ts';
import type { ReadSecret } from './secrets.ts';
import type { LocalSettings } from './settings.ts';
import { type Desired, type Sample, type Status, Watch } from './status.ts';

const LOOK_EVERY_MS = 1000;
/** An OBS that has left a look unanswered for this long is restarted; what it answers with an error, it has answered. */
const FROZEN_MS = 30_000;
/** Between two attempts at what the vault did not give. */
const VAULT_AGAIN_MS = 10_000;

/** The vault does not answer, or has no such secret. What is on air goes on without. */
class NoSecret extends Error {}

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
  #monitor: Monitor | undefined;
  /** Since when (performance.now) OBS owes the answer to a look. */
  #askedAt: number | undefined;
  #configured = false;
  /** The stream key is to be read again. */
  #rereading = false;
  #vaultAskedAt = 0;
  #key: string | undefined;
  /** What the stream was begun with; undefined for one that was taken over. */
  #keyInUse: string | undefined;
  #sceneDone: string | undefined;
  /** The programme's sound: an ISO 639 code or a track's number. */
  #audio: string | undefined;
  readonly #revivals: Record<Source, Revival>;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #waiting = false;

  constructor(data: UserData, local: LocalSettings, read: ReadSecret, log: Log) {
    this.#data = data;
    this.#read = read;
    this.#log = log;
    const { latencyMs } = data.layout;
    this.#watch = new Watch([...SOURCES], Date.now(), latencyMs);
    this.#revivals = { programme: new Revival(latencyMs), slides: new Revival(latencyMs) };
    this.#desired = { streaming: false };
    this.#audio = data.audio;
    this.#supervisor = new ObsSupervisor({
      ...local.obs,
      layout: data.layout,
      log,
      onConnected: (obs) => this.#connected(obs),
      onLost: () => {
        this.#obs = undefined;
        this.#stream = undefined;
        this.#monitor = undefined;
        this.#watch.lost(Date.now());
      },
      onShutOut: (out) => this.#watch.shutOut(out),
      onDied: () => this.#watch.restarts++,
    });
  }
  start(): void {
    this.#supervisor.start();
    this.#timer = setInterval(() => this.#soon(), LOOK_EVERY_MS);
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
  /** A small picture of what is on air; undefined while there is no OBS to make one. @throws Error when it does not */
  async picture(): Promise<Frame | undefined> {
    return await this.#monitor?.frame();
  }
  /** Nobody looks any more. */
  unwatched(): void {
    this.#monitor?.rest().catch((error) => this.#log('obs-request-failed', { reason: words(error) }));
  }
  /** What is wanted from now on, as far as it is said; followed within a second. */
  want({
    streaming = this.#desired.streaming,
    scene,
    audio,
  }: {
    streaming?: boolean | undefined;
    scene?: string | undefined;
    audio?: string | undefined;
  }) {
    this.#listenTo(audio);
    const desired = { streaming, scene };
    if (desired.streaming !== this.#desired.streaming) {
      this.#log('desired', { streaming: desired.streaming });
      this.#watch.settle(Date.now());
    }
    this.#desired = desired;
    this.#soon();
  }
  /** Another sound of the programme is another address of that source, and the source reconnects. */
  #listenTo(audio: string | undefined): void {
    if (audio === undefined || audio === this.#audio) return;
    this.#log('audio-wanted', { audio });
    this.#audio = audio;
    this.#configured = false;
  }
  async restartObs(): Promise<void> {
    this.#watch.settle(Date.now());
    await this.#supervisor.restart();
  }
  /** Reads the stream key again, until the vault gives it; a stream that runs with another one is begun anew. */
  rereadKey(): void {
    this.#rereading = true;
    this.#vaultAskedAt = 0;
    this.#soon();
  }

  /** A turn when what runs has ended; one that waits already is enough. */
  #soon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#then(() => {
      this.#waiting = false;
      return this.#turn();
    });
  }
  /** One thing at a time: a look in the middle of a configuration would see half of it. */
  #then(work: () => Promise<void>): void {
    this.#busy = this.#busy.then(work).catch((error) => this.#log('obs-request-failed', { reason: words(error) }));
  }

  async #connected(obs: Obs): Promise<void> {
    const began = performance.now();
    this.#watch.version = (await obs.ask('GetVersion'))?.obsVersion ?? this.#watch.version;
    this.#configured = false;
    this.#vaultAskedAt = 0;
    this.#watch.refusals = obs.refusals;
    await this.#whatTheVaultAllows(() => this.#configure(obs));
    const active = (await obs.ask('GetStreamStatus'))?.outputActive ?? false;
    this.#stream = new StreamOutput(obs, active, this.#log, () => this.#watch.reconnects++);
    this.#askedAt = undefined;
    this.#sceneDone = undefined;
    this.#obs = obs;
    this.#monitor = new Monitor(obs);
    this.#watch.settle(Date.now());
    this.#log('obs-ready', { version: this.#watch.version, configuredMs: Math.round(performance.now() - began) });
    this.#soon();
  }
  async #configure(obs: Obs): Promise<void> {
    const { layout, secrets, programme, slides, title, event } = this.#data;
    const passphrase = await this.#secret(secrets.egress);
    if (passphrase === undefined) throw new NoSecret(`Cannot find secret ${secrets.egress} in the vault`);
    await applyInputs(obs, layout, {
      title: title ?? event,
      programme: srtUrl(programme, passphrase, layout.latencyMs, wishOf(this.#audio ?? '')),
      slides: srtUrl(slides, passphrase, layout.latencyMs),
    });
    await applyScenes(obs, layout);
    this.#configured = true;
    for (const [request, reason] of obs.refusals) this.#log('obs-refused', { request, reason });
  }
  /** Without the vault an OBS that is on air is watched all the same, and what was wanted of the vault is tried again later. */
  async #whatTheVaultAllows(work: () => Promise<void>): Promise<void> {
    if (this.#vaultAskedAt > 0 && performance.now() - this.#vaultAskedAt < VAULT_AGAIN_MS) return;
    this.#vaultAskedAt = performance.now();
    try {
      await work();
      this.#vaultAskedAt = 0;
    } catch (error) {
      if (!(error instanceof NoSecret)) throw error;
      this.#vaultAskedAt = performance.now();
      this.#log('vault-away', { reason: words(error) });
    }
  }

  /** One look, and one step from what is to what is wanted. */
  async #turn(): Promise<void> {
    const obs = this.#obs;
    const stream = this.#stream;
    if (!obs || !stream) return;
    if (performance.now() - (this.#askedAt ?? performance.now()) > FROZEN_MS) {
      this.#log('obs-frozen');
      this.#askedAt = undefined;
      return await this.restartObs();
    }
    const active = await this.#look(obs);
    if (!this.#configured) await this.#whatTheVaultAllows(() => this.#configure(obs));
    if (this.#rereading) await this.#whatTheVaultAllows(() => this.#reread(stream));
    await this.#revive(obs);
    const { streaming, scene } = this.#desired;
    // A scene is put on once per wish: a technician at the machine may choose another one afterwards.
    if (scene !== undefined && scene !== this.#sceneDone) {
      this.#sceneDone = scene;
      if (scene in this.#data.layout.scenes) await obs.ask('SetCurrentProgramScene', { sceneName: scene });
      else this.#log('unknown-scene', { scene, known: Object.keys(this.#data.layout.scenes) });
    }
    if (streaming && active === false && stream.atRest && this.#configured) {
      if (this.#key === undefined) await this.#whatTheVaultAllows(() => this.#readKey());
      if (this.#key === undefined) return;
      this.#keyInUse = this.#key;
      await stream.start(this.#data.layout.streamServer, this.#key);
    } else if (!streaming && active) await stream.stop();
  }
  async #revive(obs: Obs): Promise<void> {
    for (const source of SOURCES) {
      if (this.#watch.isMissing(source)) continue;
      if (!this.#revivals[source].due(this.#watch.silentSince(source), Date.now())) continue;
      this.#log('source-restarted', { source });
      const mediaAction = 'OBS_WEBSOCKET_MEDIA_INPUT_ACTION_RESTART';
      await obs.ask('TriggerMediaInputAction', { inputName: inputNameOf(source), mediaAction });
    }
  }
  /** @returns whether the stream runs; undefined when OBS does not say. @throws Error when OBS does not answer */
  async #look(obs: Obs): Promise<boolean | undefined> {
    this.#askedAt ??= performance.now();
    const answers = await this.#ask(obs).catch((error) => {
      if (isRefusal(error)) this.#askedAt = undefined;
      throw error;
    });
    this.#askedAt = undefined;
    const [stream, stats, scene, ...media] = answers;
    if (!stream) return undefined;
    const sample: Sample = {
      streamActive: stream.outputActive,
      streamReconnecting: stream.outputReconnecting,
      sentBytes: stream.outputBytes,
      droppedFrames: stream.outputSkippedFrames,
      skippedFrames: stats ? stats.renderSkippedFrames + stats.outputSkippedFrames : Number.NaN,
      scene: scene?.currentProgramSceneName ?? '',
      cursors: Object.fromEntries(SOURCES.map((name, i) => [name, media[i]?.mediaCursor ?? null])),
      missing: SOURCES.filter((_, i) => media[i] === undefined),
      cpuPercent: Math.round((stats?.cpuUsage ?? 0) * 10) / 10,
      memoryMb: Math.round(stats?.memoryUsage ?? 0),
      averageFrameMs: Math.round((stats?.averageFrameRenderTime ?? 0) * 100) / 100,
    };
    this.#watch.take(sample, Date.now());
    return sample.streamActive;
  }
  #ask(obs: Obs) {
    return Promise.all([
      obs.ask('GetStreamStatus'),
      obs.ask('GetStats'),
      obs.ask('GetCurrentProgramScene'),
      ...SOURCES.map((source) => obs.ask('GetMediaInputStatus', { inputName: inputNameOf(source) })),
    ]);
  }

  /** A key that is gone is no reason to end a stream that runs. */
  async #reread(stream: StreamOutput): Promise<void> {
    await this.#readKey();
    if (this.#key !== this.#keyInUse) await stream.stop();
    this.#rereading = false;
  }
  async #readKey(): Promise<void> {
    const key = await this.#secret(this.#data.secrets.streamKey);
    const fault = 'stream-key-absent';
    if (key === undefined) this.#watch.faults.add(fault);
    else this.#watch.faults.delete(fault);
    this.#key = key ?? this.#key;
  }
  async #secret(name: string): Promise<string | undefined> {
    const fault = 'vault-unreadable';
    try {
      const value = await this.#read(name);
      this.#watch.faults.delete(fault);
      return value;
    } catch (error) {
      this.#watch.faults.add(fault);
      throw new NoSecret(words(error));
    }
  }
}
