import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { obsArguments } from './config.ts';

const WINDOWS = 'C:\\Program Files\\obs-studio\\bin\\64bit\\obs64.exe';
/** OBS is given this long to save and leave before it is killed; it needs about one second. */
const GRACE_MS = 4_000;

export interface ObsOptions {
  program?: string | undefined;
  /** Folder of its configuration's parent; the account's own when undefined. */
  home?: string | undefined;
  /** Library that is loaded into it. */
  preload?: string | undefined;
  display: 'xvfb' | 'desktop';
}

/** How a process of ours is watched: as a child, or, when an earlier agent started it, by asking whether its id still lives. */
interface Watched {
  pid: number;
  ended: Promise<void>;
}
const ASK_EVERY_MS = 500;

/** What the next agent needs to take over a running OBS. */
export interface ObsTrace {
  obs: number;
  display?: number | undefined;
}

/** One run of OBS, with the display it needs. It ends when either ends. */
export class ObsRun {
  /** Resolves when OBS and its display are gone. Exit codes say nothing: OBS 29 leaves with 139 after a clean end. */
  readonly ended: Promise<void>;
  readonly trace: ObsTrace;

  private constructor(obs: Watched, display: Watched | undefined) {
    this.trace = { obs: obs.pid, display: display?.pid };
    const gone = [obs.ended, ...(display ? [display.ended] : [])];
    this.ended = Promise.race(gone).then(async () => {
      signal(obs.pid, 'SIGKILL');
      if (display) signal(display.pid, 'SIGTERM');
      await Promise.all(gone);
    });
  }

  /** Takes over an OBS that an earlier agent left running on air; the caller has talked to it. */
  static adopt({ obs, display }: ObsTrace): ObsRun {
    const watch = (pid: number): Watched => ({ pid, ended: vanished(pid) });
    return new ObsRun(watch(obs), display === undefined ? undefined : watch(display));
  }

  /** @throws Error when OBS or its display cannot be started */
  static async start({ program, home, preload, display }: ObsOptions): Promise<ObsRun> {
    const path = program ?? (process.platform === 'win32' ? WINDOWS : 'obs');
    const screen = display === 'xvfb' ? await startDisplay() : undefined;
    const runtime = home && join(home, 'run');
    if (runtime) await mkdir(runtime, { recursive: true, mode: 0o700 });
    const env = {
      ...process.env,
      ...(home && { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_RUNTIME_DIR: runtime }),
      ...(preload && { LD_PRELOAD: preload }),
      ...(screen && { DISPLAY: `:${screen.number}`, LIBGL_ALWAYS_SOFTWARE: '1', QT_QPA_PLATFORM: 'xcb' }),
    };
    // On Windows OBS finds its data relative to the folder it is started in.
    const cwd = existsSync(path) ? dirname(path) : undefined;
    const obs = spawn(path, obsArguments, { env, cwd, stdio: 'ignore' });
    await new Promise<void>((resolve, reject) => {
      obs.once('spawn', resolve);
      obs.once('error', (error) => {
        screen?.process.kill('SIGTERM');
        reject(new Error(`Cannot start OBS (${path}): ${error.message}`));
      });
    });
    return new ObsRun(child(obs), screen && child(screen.process));
  }

  /** Lets OBS save and leave, then makes sure. */
  async stop(): Promise<void> {
    signal(this.trace.obs, 'SIGINT');
    const timer = setTimeout(() => signal(this.trace.obs, 'SIGKILL'), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

const child = (process: ChildProcess): Watched => ({
  pid: process.pid ?? 0,
  ended: new Promise((resolve) => process.once('close', () => resolve())),
});
/** Whether a process of this id lives. */
export const lives = (pid: number): boolean => signal(pid, 0);
const vanished = async (pid: number): Promise<void> => {
  while (lives(pid)) await sleep(ASK_EVERY_MS);
};
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return pid > 0 && process.kill(pid, name);
  } catch {
    return false; // It is gone, which is what a signal is sent for.
  }
}

/** An X display in memory that picks its own free number. */
async function startDisplay(): Promise<{ process: ChildProcess; number: string }> {
  const args = ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'];
  const xvfb = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return await new Promise((resolve, reject) => {
    let text = '';
    (xvfb.stdio[3] as Socket).on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve({ process: xvfb, number: text.trim() });
    });
    xvfb.once('error', (error) => reject(new Error(`Cannot start Xvfb, which OBS needs here: ${error.message}`)));
    xvfb.once('close', () => reject(new Error('Cannot start Xvfb, which OBS needs here: it ended at once')));
  });
}
