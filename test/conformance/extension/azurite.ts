/** Azurite as a process of its own, in memory, on ports that are free. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

/** The account and key that every emulator of Azure Storage has (Microsoft Learn, "Use the Azurite emulator"). */
const ACCOUNT = 'devstoreaccount1';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  connectionString: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Milliseconds it may take to start. */
const START = 150_000;

/** @param from a file, as URL: its package is looked for as from there. @throws when it is not there */
function installed(from: string): string {
  try {
    return join(dirname(createRequire(from).resolve('azurite/package.json')), 'dist/src/azurite.js');
  } catch {
    throw new Error('Azurite is not installed: run `npm ci`');
  }
}

/**
 * @throws when it is not installed, ends before it serves, or does not serve in time, with its own words
 * @param blobPort a free one by default
 */
export async function startAzurite(blobPort?: number, from: string = import.meta.url): Promise<Azurite> {
  const script = installed(from);
  const [blob, queue, table] = [blobPort ?? (await freePort()), await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    [
      ...[script, '--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry'],
      ...['--blobPort', `${blob}`, '--queuePort', `${queue}`, '--tablePort', `${table}`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (/Table service (is )?successfully listening/i.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const words = () => said.trim().split('\n').at(-1);
    child.on('exit', (code) => reject(new Error(`Azurite ended with ${code} before it was ready: ${words()}`)));
    setTimeout(() => reject(new Error(`Azurite was not ready after ${START} ms: ${words()}`)), START).unref();
  });
  try {
    await ready;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  // Nobody reads on; the pipes must not fill.
  child.stdout.resume();
  child.stderr.resume();
  const at = (service: string, port: number) => `${service}Endpoint=http://127.0.0.1:${port}/${ACCOUNT}`;
  return {
    connectionString: [
      ...['DefaultEndpointsProtocol=http', `AccountName=${ACCOUNT}`, `AccountKey=${KEY}`],
      ...[at('Blob', blob), at('Queue', queue), at('Table', table)],
    ].join(';'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
