/** A stream of the control plane: reads it, goes on after every cut from where it was, and tells when words came. */
import { Refused } from './client.ts';
import { SILENT } from './silence.ts';

/** @typeParam Parts name of a message -> what it carries */
export interface Listener<Parts> {
  part<Name extends keyof Parts>(name: Name, body: Parts[Name]): void;
  /** Anything came: what is shown is as it is now. */
  heard(): void;
  cut(): void;
  refused(error: Refused): void;
}

/** Milliseconds before the first try after a cut, and the longest pause; each is twice the one before, less up to a half. */
const FIRST = 250;
const LONGEST = 5_000;
/** Refusals that will not be another answer a moment later. */
const FINAL = [400, 401, 403, 404, 410];

interface Message {
  id?: string;
  event?: string;
  data?: string;
}

function fieldsOf(block: string): Message {
  const message: Record<string, string> = {};
  for (const line of block.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) message[line.slice(0, at)] = line.slice(at + 1).trimStart();
  }
  return message;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns what ends it */
export function listen<Parts>(path: string, listener: Listener<Parts>): () => void {
  const ended = new AbortController();
  let last: string | undefined;
  let failures = 0;

  async function once(): Promise<void> {
    const cut = new AbortController();
    const stop = () => cut.abort();
    ended.signal.addEventListener('abort', stop);
    // A network that has gone says nothing: silence is a cut too.
    let silence = setTimeout(stop, SILENT);
    const awake = () => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENT);
    };
    try {
      const response = await fetch(path, {
        headers: { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) },
        signal: cut.signal,
        cache: 'no-store',
        redirect: 'error',
      });
      if (!response.ok || !response.body) {
        const problem = await response.json().catch(() => ({}));
        throw new Refused({ type: '', title: '', detail: response.statusText, ...problem, status: response.status });
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        awake();
        const blocks = (rest + value).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const { id, event, data } of blocks.map(fieldsOf)) {
          if (event === undefined || data === undefined) continue;
          listener.part(event as keyof Parts, JSON.parse(data));
          if (id !== undefined) last = id;
          failures = 0;
          listener.heard();
        }
      }
    } finally {
      clearTimeout(silence);
      ended.signal.removeEventListener('abort', stop);
      cut.abort();
    }
  }

  void (async () => {
    while (!ended.signal.aborted) {
      try {
        // The server ends each stream in time, and goes on with the next.
        await once();
        await pause(failures++ === 0 ? 50 : FIRST);
      } catch (error) {
        if (ended.signal.aborted) return;
        listener.cut();
        if (error instanceof Refused) {
          listener.refused(error);
          if (FINAL.includes(error.problem.status)) return;
        }
        await pause(Math.min(LONGEST, FIRST * 2 ** failures++) * (0.5 + Math.random() / 2));
      }
    }
  })();
  return () => ended.abort();
}
