/** The apps that were recorded, loaded unmodified. Two of them were recorded as one file without a package.json, so they get one. */
import { cpSync, existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorker, type Worker } from '../../../local/host/worker.ts';
import { TRACES } from './normalise.ts';

export function appFolder(name: string): string {
  const source = join(TRACES, name);
  if (existsSync(join(source, 'package.json'))) return source;
  const copy = mkdtempSync(join(tmpdir(), `${name}-`));
  cpSync(source, copy, { recursive: true });
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ name, main: 'functions.js' }));
  symlinkSync(join(import.meta.dirname, '../../../node_modules'), join(copy, 'node_modules'));
  return copy;
}

const NAMES = ['app', 'app-actor', 'app-reuse'];

export interface RecordedApps {
  /** The app that has this orchestrator. */
  withOrchestrator(name: string): Worker | undefined;
}

export async function loadApps(clientInput: () => string): Promise<RecordedApps> {
  const workers: Worker[] = [];
  for (const name of NAMES) {
    workers.push(await createWorker({ appDir: appFolder(name), log: () => {}, durableClientInput: clientInput }));
  }
  return { withOrchestrator: (name) => workers.find((worker) => worker.names('orchestrator').includes(name)) };
}

/** The answer that the recorded callHttp got. */
export const pong: typeof fetch = async () =>
  new Response('pong', {
    headers: { Date: 'Sat, 21 Nov 2026 00:38:37 GMT', Server: 'Kestrel', 'Transfer-Encoding': 'chunked' },
  });
