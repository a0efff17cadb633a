import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, type JsonObject } from '../azure/core/json.ts';
import type { Provider } from '../azure/core/provider.ts';
import type { Sim } from '../azure/core/sim.ts';
import { endLeftovers, noteRunning } from './leftovers.ts';
import { Program, type ProgramSpec } from './process.ts';
import { absent, compileSrtPipe } from './programs.ts';
import { type Answer, mediaProviders } from './provider.ts';
import { mixerFiles, mixerSpec, OUTPUT_PORT, type Paths, relaySpec, sinkSpec } from './specs.ts';
import { groupHosts, type WantedMixer, wantedContainers, wantedMixers } from './wanted.ts';

const LOOK_EVERY_MS = 300;
const HEALTH_TIMEOUT_MS = 1_000;

export interface MediaOptions {
  /** Folder of the built app. */
  appDir: string;
  /** Folder for settings, logs and the mixers' homes. */
  dataDir: string;
  /** Images of container groups that are run for real. */
  images: ReadonlySet<string>;
  /** Tells a person where to point an encoder or a player. */
  tell: (line: string) => void;
}

/** Runs what the simulator says is running: relays as processes, mixers as agent and OBS (or a stand-in), on loopback addresses. */
export class MediaRunner {
  readonly providers: readonly Provider[];
  readonly #options: MediaOptions;
  readonly #paths: Paths;
  readonly #obs: boolean;
  readonly #programs = new Map<string, Program>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #heard = new Map<string, Answer>();
  #timer: NodeJS.Timeout | undefined;

  /** @throws Error of one line when a program that media need is missing */
  constructor(options: MediaOptions) {
    this.#options = options;
    const lacking = absent('ffmpeg', 'pango-view');
    if (lacking.length)
      throw new Error(
        `Cannot run real media: ${lacking.join(' and ')} not installed (.ci/packages lists what is needed)`,
      );
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const srtPipe = compileSrtPipe(join(options.appDir, 'relay', 'launcher'), options.dataDir);
    this.#paths = { dist: join(options.appDir, 'dist'), data: options.dataDir, srtPipe };
    this.#obs = absent('obs', 'Xvfb').length === 0;
    this.providers = mediaProviders((host) => this.#heard.get(host));
    endLeftovers(this.#leftFile);
  }

  start(sim: Sim): void {
    if (!this.#obs)
      this.#options.tell('media: OBS or Xvfb is not installed, mixers are stand-ins that make no picture');
    this.#timer = setInterval(() => this.#look(sim), LOOK_EVERY_MS);
  }
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const id of [...this.#programs.keys()]) this.#end(id);
    await Promise.all(this.#ending.values());
    noteRunning(this.#leftFile, []);
  }

  get #leftFile(): string {
    return join(this.#options.dataDir, 'running.json');
  }

  /** Starts what is wanted and not there, ends what is there and not wanted. */
  #look(sim: Sim): void {
    const containers = wantedContainers(sim, this.#options.images);
    const mixers = wantedMixers(sim);
    const hosts = groupHosts(sim);
    const wanted = new Map<string, { spec: ProgramSpec; line: string }>();
    for (const one of containers) {
      const { INGEST_PORT = '', INGEST_PASSPHRASE = '', HEALTH_PORT = '8080' } = one.environment;
      const url = `srt://${one.address}:${INGEST_PORT}?mode=caller&passphrase=${encodeURIComponent(INGEST_PASSPHRASE)}`;
      wanted.set(one.id, { spec: relaySpec(this.#paths, one), line: `media: ${one.name} takes ${url}` });
      void this.#ask(`${one.address}:${HEALTH_PORT}`);
    }
    for (const mixer of mixers) {
      // The relays' names lead nowhere here; a mixer waits until it can be told where they are.
      if (!hosts.has(mixer.config.programme?.host ?? '') || !hosts.has(mixer.config.slides?.host ?? '')) continue;
      const spec = mixerSpec(this.#paths, mixer, this.#write(mixer, hosts), this.#obs);
      wanted.set(spec.id, { spec, line: `media: ${mixer.name} starts` });
      if (!this.#obs) continue;
      const sink = sinkSpec(this.#paths, mixer);
      wanted.set(sink.id, { spec: sink, line: `media: ${mixer.name} shows at srt://${mixer.address}:${OUTPUT_PORT}` });
    }
    for (const [id, { spec }] of this.#programs)
      if (JSON.stringify(wanted.get(id)?.spec) !== JSON.stringify(spec)) this.#end(id);
    for (const [id, { spec, line }] of wanted) {
      if (this.#programs.has(id) || this.#ending.has(id)) continue;
      this.#programs.set(id, new Program(spec));
      this.#options.tell(line);
    }
    const running = [...this.#programs.values()].flatMap(({ pid, spec }) =>
      pid ? [{ pid, mark: spec.args.at(-1) ?? '' }] : [],
    );
    noteRunning(this.#leftFile, running);
  }
  #end(id: string): void {
    const program = this.#programs.get(id);
    if (!program) return;
    this.#programs.delete(id);
    this.#ending.set(
      id,
      program.stop().finally(() => this.#ending.delete(id)),
    );
  }
  /** Writes a mixer's files where they differ; a rotated secret is there before the agent is told to read it again. */
  #write(mixer: WantedMixer, hosts: ReadonlyMap<string, string>): string {
    const files = mixerFiles(this.#paths, mixer, hosts);
    mkdirSync(join(files.folder, 'home'), { recursive: true, mode: 0o700 });
    writeIfOther(files.settingsFile, files.settings);
    writeIfOther(files.secretsFile, files.secrets);
    return files.settingsFile;
  }
  async #ask(host: string): Promise<void> {
    try {
      const answer = await fetch(`http://${host}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
      const body: unknown = await answer.json();
      this.#heard.set(host, { status: answer.status, body: isObject(body) ? body : ({} as JsonObject) });
    } catch {
      this.#heard.delete(host);
    }
  }
}

function writeIfOther(file: string, text: string): void {
  try {
    if (readFileSync(file, 'utf8') === text) return;
  } catch {
    // It is not there yet.
  }
  writeFileSync(file, text, { mode: 0o600 });
}
