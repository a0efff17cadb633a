/** An app's own process: loads the app and runs what the host asks for, until the host says so or is gone. */
import { ensureError } from './errors.ts';
import { expectPass, takeExchange } from './exchanges.ts';
import { consoleToStandardError } from './process.ts';
import { isDisabled } from './settings.ts';
import { createWorker, type Worker } from './worker.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const tell = (message: FromWorker): void => {
  // A host that is gone hears nothing any more; `disconnect` ends this process.
  if (process.connected) process.send?.(message);
};

let worker: Worker | undefined;

async function load({ appDir, clientInput, pass }: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  expectPass(pass);
  worker = await createWorker({
    appDir,
    disabled: isDisabled,
    durableClientInput: () => clientInput,
    log: (level, category, message, name) => tell({ kind: 'log', level, category, message, name }),
  });
  tell({ kind: 'loaded', functions: worker.functions });
}

async function run({ id, name, invocation }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  try {
    if (!worker) throw new Error('The app is not loaded');
    const response = await worker.run(name, invocation);
    tell({ kind: 'done', id, response, exchange: takeExchange(id) });
  } catch (thrown) {
    const { message, stack = '' } = ensureError(thrown);
    tell({ kind: 'threw', id, message, stack, exchange: takeExchange(id) });
  }
}

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'load':
      return load(message);
    case 'start':
      await worker?.start();
      return tell({ kind: 'started', httpUri: worker?.httpUri });
    case 'run':
      return run(message);
    case 'terminate':
      await worker?.terminate();
      process.exit(0);
  }
}

consoleToStandardError();
process.on('message', (message: ToWorker) => {
  obey(message).catch((thrown) => {
    if (message.kind === 'terminate') process.exit(1);
    tell({ kind: 'refused', message: ensureError(thrown).message });
  });
});
process.on('disconnect', () => process.exit(0));
// A signal to the whole group is the host's to answer: it lets what runs come to its end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
