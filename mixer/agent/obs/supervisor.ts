import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '../../../contract/layout.ts';
import { type Log, words } from '../log.ts';
import { connect, NotLetIn, type Obs } from './client.ts';
import { configFolder, writeConfig } from './config.ts';
import { type ObsOptions, ObsRun } from './process.ts';
import { type Control, forgetLeft, readLeft, writeLeft } from './takeover.ts';

const SHORT_LIFE_MS = 15_000;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10_000;
/** An OBS of an earlier agent answers at once or is not worth keeping. */
const TAKEOVER_MS = 3_000;
/** Between two attempts at an OBS whose password somebody changed. */
const SHUT_OUT_MS = 5_000;

export interface SupervisorOptions extends ObsOptions {
  /** TCP port for obs-websocket; 0 takes a free one. */
  port: number;
  layout: Layout;
  log: Log;
  /** A connection to an OBS is there: configure it. What it throws ends the connection, and it is tried anew. */
  onConnected: (obs: Obs) => Promise<void>;
  /** The connection is gone. */
  onLost: () => void;
  /** OBS runs and does not let us in, or does so again. */
  onShutOut: (out: boolean) => void;
  /** OBS has ended though nobody asked. */
  onDied: () => void;
}

/** Keeps one OBS running and a connection to it. */
export class ObsSupervisor {
  #options: SupervisorOptions;
  #abort = new AbortController();
  #run: ObsRun | undefined;
  #asked = false;
  #loop: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }
  start(): void {
    this.#loop = this.#forever().catch((error) => {
      if (!this.#abort.signal.aborted) throw error;
    });
  }
  /** Restarts OBS; resolves when the old one is gone. */
  async restart(): Promise<void> {
    this.#asked = true;
    await this.#run?.stop();
  }
  /** Ends OBS for good. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run?.stop();
    await this.#loop;
    await forgetLeft(this.#stateFile());
  }

  async #forever(): Promise<void> {
    const { signal } = this.#abort;
    const { log, onDied } = this.#options;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const { run, control, obs } = (await this.#takeOver()) ?? (await this.#launch());
        this.#run = run;
        this.#asked = false;
        if (signal.aborted) return await run.stop();
        await this.#whileAlive(run, control, obs);
        if (signal.aborted) return;
        if (!this.#asked) onDied();
        log('obs-ended', { asked: this.#asked });
      } catch (error) {
        if (signal.aborted) return;
        log('obs-failed', { reason: words(error) });
      }
      wait =
        performance.now() - began < SHORT_LIFE_MS && !this.#asked ? Math.min(wait * 2, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
      await sleep(this.#asked ? 0 : wait, undefined, { signal });
    }
  }

  /** Connects, has it configured, and connects again whenever the connection alone is lost; returns when OBS has ended. */
  async #whileAlive(run: ObsRun, control: Control, first: Obs | undefined): Promise<void> {
    const { log, onConnected, onLost, onShutOut } = this.#options;
    let alive = true;
    const ended = run.ended.then(() => {
      alive = false;
    });
    let obs = first;
    while (alive) {
      try {
        obs ??= await connect(control.port, control.password, AbortSignal.any([this.#abort.signal, after(ended)]));
        onShutOut(false);
        await onConnected(obs);
        await Promise.race([obs.closed, ended]);
      } catch (error) {
        if (!alive || this.#abort.signal.aborted) break;
        log('obs-not-configured', { reason: words(error) });
        await obs?.disconnect();
        // It answers, and may be on air: people are told. One that lives and says nothing is frozen, and a fresh one is better.
        if (error instanceof NotLetIn) {
          onShutOut(true);
          await Promise.race([sleep(SHUT_OUT_MS, undefined, { signal: this.#abort.signal }), ended]);
        } else if (!obs) await run.stop();
        else await sleep(FIRST_WAIT_MS);
      }
      obs = undefined;
      onLost();
    }
  }

  async #launch(): Promise<{ run: ObsRun; control: Control; obs: undefined }> {
    const { layout, log, home, port } = this.#options;
    const control = { port: port || (await freePort()), password: randomBytes(24).toString('base64url') };
    const folder = configFolder(home);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeConfig(folder, layout, control);
    const run = await ObsRun.start(this.#options);
    await writeLeft(this.#stateFile(), { ...control, trace: run.trace });
    log('obs-started', { pid: run.trace.obs, port: control.port });
    return { run, control, obs: undefined };
  }
  async #takeOver(): Promise<{ run: ObsRun; control: Control; obs: Obs } | undefined> {
    const left = await readLeft(this.#stateFile(), this.#options.log);
    if (!left) return undefined;
    const run = ObsRun.adopt(left.trace);
    try {
      const obs = await connect(left.port, left.password, this.#abort.signal, TAKEOVER_MS);
      this.#options.log('obs-taken-over', { pid: left.trace.obs });
      return { run, control: left, obs };
    } catch {
      // The id may by now belong to another program, which must not be ended; only a trace that answers is ours.
      return undefined;
    }
  }
  #stateFile(): string {
    return join(configFolder(this.#options.home), 'stream-control-agent.json');
  }
}

/** A signal that aborts when `promise` resolves. */
function after(promise: Promise<void>): AbortSignal {
  const controller = new AbortController();
  void promise.then(() => controller.abort());
  return controller.signal;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
