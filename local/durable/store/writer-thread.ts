/** The thread behind {@link ownThread}: one connection, one batch after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { batchWriter } from './batch.ts';
import { connect } from './file.ts';
import type { Answer, Request } from './writer.ts';

const database = connect(workerData as string);
const write = batchWriter(database);

parentPort?.on('message', (request: Request) => {
  if ('close' in request) {
    try {
      database.close();
    } finally {
      Atomics.store(request.close, 0, 1);
      Atomics.notify(request.close, 0);
      parentPort?.close();
    }
    return;
  }
  let answer: Answer = null;
  try {
    write(request.batch);
  } catch (error) {
    answer = error instanceof Error ? error.message : String(error);
  }
  parentPort?.postMessage(answer);
});
