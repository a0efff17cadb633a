import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectionLost, type SimRequest } from '../azure/core/http.ts';
import { isObject, type JsonObject } from '../azure/core/json.ts';
import type { Provider } from '../azure/core/provider.ts';
import type { Sim } from '../azure/core/sim.ts';
import { forgetMixers, forgetUsers, keepMark, keptMixers, mixerFolder, RUNNING, writeWhole } from './folder.ts';
import { MARK } from './marked.ts';
import { Program, type ProgramSpec } from './process.ts';
import { absent, compileLoopback, compileSrtPipe } from './programs.ts';
import { type Answer, mediaProviders } from './provider.ts';
import {
  lightFiles,
  lightSpec,
  mixerFiles,
  mixerSpec,
  OUTPUT_PORT,
  type Paths,
  relaySpec,
  serverSpec,
  sinkSpec,
} from './specs.ts';
import {
  deploymentsOf,
  groupHosts,
  type WantedMixer,
  wantedContainers,
  wantedLights,
  wantedMixers,
  wantedServers,
} from './wanted.ts';

/** What of the simulator is looked at. */
type Seen = 'time' | 'store' | 'resources' | 'operations';

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
  readonly #mark = randomUUID();
  #guard: ChildProcess | undefined;
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
    this.#obs = absent('obs', 'Xvfb').length === 0;
    const loopback = this.#obs
      ? compileLoopback(join(options.appDir, 'local', 'media', 'loopback'), options.dataDir)
      : undefined;
    this.#paths = { dist: join(options.appDir, 'dist'), data: options.dataDir, srtPipe, loopback };
    this.providers = mediaProviders((host) => this.#heard.get(host), forward);
  }

  /** Runs what the simulator says from now on. What an earlier start left has been cleared. */
  start(sim: Sim<Seen>): void {
    const { dataDir } = this.#options;
    keepMark(dataDir, this.#mark);
    const guard = [join(this.#paths.dist, 'local', 'media', 'guard.js'), dataDir];
    this.#guard = spawn(process.execPath, guard, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // Without it a kill would leave more behind for the next start; that is no reason not to run.
    this.#guard.once('error', () => {});
    this.#guard.stdin?.on('error', () => {});
    if (!this.#obs)
      this.#options.tell('media: OBS or Xvfb is not installed, mixers are stand-ins that make no picture');
    this.#timer = setInterval(() => this.#look(sim), LOOK_EVERY_MS);
  }
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const guard = this.#guard;
    if (!guard) return; // It was not started, and the folder may be another's.
    for (const id of [...this.#programs.keys()]) this.#end(id);
    await Promise.all(this.#ending.values());
    this.#note([]);
    // It looks once more, removes the mixers' folders, and ends.
    if (guard.pid === undefined || guard.exitCode !== null) return;
    guard.stdin?.end();
    await new Promise<void>((resolve) => guard.once('close', () => resolve()));
  }

  #note(running: { pid: number; program: string }[]): void {
    writeWhole(join(this.#options.dataDir, RUNNING), JSON.stringify(running));
  }

  /** Starts what is wanted and not there, ends what is there and not wanted. */
  #look(sim: Sim<Seen>): void {
    const { dataDir } = this.#options;
    const containers = wantedContainers(sim, this.#options.images);
    const mixers = wantedMixers(sim);
    const hosts = groupHosts(sim);
    const wanted = new Map<string, { spec: ProgramSpec; line: string }>();
    for (const one of containers) {
      const { INGEST_PORT = '', HEALTH_PORT = '8080' } = one.environment;
      // The passphrase is for who asks for it.
      const line = `media: ${one.name} takes srt://${one.address}:${INGEST_PORT}?mode=caller (passphrase: stream-control credentials EVENT)`;
      wanted.set(one.id, { spec: relaySpec(this.#paths, one), line });
      void this.#ask(`${one.address}:${HEALTH_PORT}`);
    }
    const servers = wantedServers(sim, this.#options.images);
    for (const one of servers) {
      mkdirSync(mixerFolder(dataDir, one.name), { recursive: true, mode: 0o700 });
      const { ROLE = '', RTMP_PORT, HLS_PORT, HEALTH_PORT = '8080' } = one.environment;
      const at = RTMP_PORT
        ? `rtmp://${one.address}:${RTMP_PORT}/live`
        : `http://${one.address}:${HLS_PORT ?? HEALTH_PORT}`;
      wanted.set(one.id, { spec: serverSpec(this.#paths, one), line: `media: ${one.name} (${ROLE}) is at ${at}` });
      void this.#ask(`${one.address}:${HEALTH_PORT}`);
    }
    for (const mixer of mixers) {
      // The relays' names lead nowhere here; a mixer waits until it can be told where they are.
      if (!hosts.has(mixer.config.programme.host) || !hosts.has(mixer.config.slides.host)) continue;
      const spec = mixerSpec(this.#paths, mixer, this.#write(mixer, hosts), this.#obs);
      wanted.set(spec.id, { spec, line: `media: ${mixer.name} starts` });
      if (!this.#obs) continue;
      const sink = sinkSpec(this.#paths, mixer);
      wanted.set(sink.id, { spec: sink, line: `media: ${mixer.name} shows at srt://${mixer.address}:${OUTPUT_PORT}` });
    }
    const lights = wantedLights(sim, this.#options.images);
    for (const light of lights) {
      if (!hosts.has(light.told.sources.programme?.host ?? '')) continue;
      this.#keep(lightFiles(this.#paths, light));
      wanted.set(light.id, { spec: lightSpec(this.#paths, light, hosts), line: `media: ${light.name} starts` });
      const sink = sinkSpec(this.#paths, light);
      wanted.set(sink.id, { spec: sink, line: `media: ${light.name} shows at srt://${light.address}:${OUTPUT_PORT}` });
    }
    for (const [id, { spec }] of this.#programs)
      if (JSON.stringify(wanted.get(id)?.spec) !== JSON.stringify(spec)) this.#end(id);
    for (const [id, { spec, line }] of wanted) {
      if (this.#programs.has(id) || this.#ending.has(id)) continue;
      this.#programs.set(id, new Program(spec, { [MARK]: this.#mark }));
      this.#options.tell(line);
    }
    forgetUsers(dataDir, deploymentsOf(sim));
    this.#forget(new Set([...mixers, ...lights, ...servers].map(({ name }) => name)));
    this.#note([...this.#programs.values()].flatMap(({ pid, spec }) => (pid ? [{ pid, program: spec.id }] : [])));
  }
  /** Of a mixer that is no longer wanted nothing stays, as soon as its programs have ended: its folder holds keys. */
  #forget(mixers: ReadonlySet<string>): void {
    if (this.#ending.size > 0) return;
    for (const name of keptMixers(this.#options.dataDir))
      if (!mixers.has(name)) forgetMixers(this.#options.dataDir, name);
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
    this.#keep(files);
    return files.settingsFile;
  }
  #keep({ folder, secretsFile, secrets }: { folder: string; secretsFile: string; secrets: string }): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeIfOther(secretsFile, secrets);
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

/** A request that only the real relay can judge, for it shows a proof. */
async function forward(host: string, { method, url, headers, body }: SimRequest): Promise<Answer> {
  const { authorization = '', 'content-type': type = 'application/json' } = headers;
  try {
    const answer = await fetch(`http://${host}${url.pathname}${url.search}`, {
      method,
      headers: { authorization, 'content-type': type },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    const said: unknown = await answer.json();
    return { status: answer.status, body: isObject(said) ? said : {} };
  } catch {
    throw new ConnectionLost();
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
