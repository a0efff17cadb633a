import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A server of ours in a process group of its own, so that a kill reaches all of it and nothing else. */
export class Server {
  /** What the ready line named. */
  url = '';
  /** Everything it has printed, over all its lives. */
  log = '';
  #child: ChildProcess | undefined;

  /**
   * Starts, and resolves when a line of its output matches `ready`, whose first group is the address.
   * @throws Error with its output when it ends before
   */
  async start(script: string, flags: string[], ready: RegExp, env: NodeJS.ProcessEnv = process.env): Promise<void> {
    const child = spawn(process.execPath, [script, ...flags], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    this.#child = child;
    const exit = once(child, 'exit');
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
    const address = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.log += `${line}\n`;
        const url = ready.exec(line)?.[1];
        if (url) resolve(url);
      });
    });
    const url = await Promise.race([address, exit.then(() => undefined)]);
    if (url === undefined) throw new Error(`${script} ended with ${child.exitCode}:\n${this.log}`);
    this.url = url;
  }

  /** Processes it has started itself whose command line holds a word (Linux). */
  children(word: string): number[] {
    const pid = this.#child?.pid;
    return pid === undefined ? [] : childrenOf(pid, word);
  }

  /** As a crash of this one process: those it has started are not hit. */
  async killAlone(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    process.kill(child.pid, 'SIGKILL');
    await exit;
  }

  /** Resolves when it has ended, however that came. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await once(child, 'exit');
  }

  /** Ends the whole process group at once, as a crash or a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await exit;
  }
}

/** Children of a process whose command line holds a word (Linux, proc(5)). */
export function childrenOf(pid: number, word: string): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes(word);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

/** One request; its status and, when there is a body, its JSON. */
export async function request<T>(method: string, url: string, body?: unknown): Promise<{ status: number; json: T }> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: (text ? JSON.parse(text) : undefined) as T };
}

/** Looks again, every `ms`, until there is something: the answer itself is the event that is waited for. */
export async function until<T>(look: () => Promise<T | undefined>, ms = 100): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
