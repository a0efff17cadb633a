/** Who writes a batch: this thread, at once, or a thread of its own, so that statements and disk are not waited for. */
import { extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { type Batch, batchWriter } from './batch.ts';

export interface Writer {
  /** Writes a batch in one transaction; it is on disk when this returns, or resolves. In order. @throws, or rejects, when it could not be written */
  write(batch: Batch): void | Promise<void>;
  /** Returns when the connection is closed and everything handed over before is on disk. */
  close(): void;
}

export function sameThread(database: DatabaseSync): Writer {
  return { write: batchWriter(database), close: () => {} };
}

/** How long a close waits for the thread, ms: it may have a last batch to write. */
const PATIENCE = 30_000;

export type Request = { batch: Batch } | { close: Int32Array };
/** Answer to a batch: null, or why it could not be written. */
export type Answer = string | null;

export function ownThread(file: string): Writer {
  const here = import.meta.filename;
  const worker = new Worker(new URL(`writer-thread${extname(here)}`, import.meta.url), { workerData: file });
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let gone: Error | undefined;
  const answered = (failure: string | null) => {
    const first = waiting.shift();
    if (waiting.length === 0) worker.unref();
    if (failure === null) first?.resolve();
    else first?.reject(new Error(failure));
  };
  const end = (error: Error) => {
    gone ??= error;
    for (const { reject } of waiting.splice(0)) reject(gone);
  };
  worker.on('message', (answer: Answer) => answered(answer));
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => end(new Error('The thread that writes the data has ended')));
  // It keeps the process alive only while something is being written.
  worker.unref();
  return {
    write: (batch) =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage({ batch } satisfies Request);
      }),
    close() {
      if (gone) return;
      const closed = new Int32Array(new SharedArrayBuffer(4));
      worker.postMessage({ close: closed } satisfies Request);
      Atomics.wait(closed, 0, 0, PATIENCE);
    },
  };
}
