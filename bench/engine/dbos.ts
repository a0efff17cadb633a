/** DBOS on PostgreSQL: the library in this process, its system database in a server of its own with its defaults (a commit is on disk), started here. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuOf } from './cpu.ts';
import type { BenchEngine } from './engine.ts';
import { freePort } from './restate.ts';

const PACKAGE = '@dbos-inc/dbos-sdk';
/** Where Debian keeps the programs of each version. */
const DEBIAN = '/usr/lib/postgresql';

/** As much of its API as is used here; the package itself is installed apart. */
interface Dbos {
  setConfig(config: Record<string, unknown>): void;
  registerWorkflow<A extends unknown[], R>(
    run: (...args: A) => Promise<R>,
    options: { name: string },
  ): (...args: A) => Promise<R>;
  startWorkflow<A extends unknown[], R>(
    run: (...args: A) => Promise<R>,
  ): (...args: A) => Promise<{ getResult(): Promise<R> }>;
  runStep<R>(step: () => Promise<R>, options: { name: string }): Promise<R>;
  sleep(ms: number): Promise<void>;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
}

interface Postgres {
  url: string;
  pid: number;
  stop: () => void;
}

export async function openDbos(): Promise<BenchEngine> {
  const { DBOS } = (await import(PACKAGE)) as { DBOS: Dbos };
  const postgres = await startPostgres();
  try {
    return await launch(DBOS, postgres);
  } catch (error) {
    postgres.stop();
    throw error;
  }
}

async function launch(DBOS: Dbos, postgres: Postgres): Promise<BenchEngine> {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: postgres.url, runAdminServer: false, logLevel: 'error' });
  const echo = (i: number) => DBOS.runStep(async () => i, { name: `echo ${i}` });
  const chain = DBOS.registerWorkflow(
    async (steps: number) => {
      for (let i = 0; i < steps; i++) await echo(i);
    },
    { name: 'chain' },
  );
  const fan = DBOS.registerWorkflow(
    async (width: number) => {
      await Promise.all(Array.from({ length: width }, (_, i) => echo(i)));
    },
    { name: 'fan' },
  );
  /** Sleepers by number; workflows run in this process, so they say themselves when they woke. */
  const sleeping = new Map<number, (woke: number) => void>();
  const sleep = DBOS.registerWorkflow(
    async (id: number, due: number) => {
      await DBOS.sleep(due - Date.now());
      sleeping.get(id)?.(Date.now());
    },
    { name: 'sleep' },
  );
  await DBOS.launch();
  return {
    name: 'DBOS',
    durable: true,
    chain: async (steps) => (await DBOS.startWorkflow(chain)(steps)).getResult(),
    fan: async (width) => (await DBOS.startWorkflow(fan)(width)).getResult(),
    async sleeper(due) {
      const id = sleeping.size;
      const woke = new Promise<number>((resolve) => sleeping.set(id, resolve));
      await DBOS.startWorkflow(sleep)(id, due);
      return { woke };
    },
    elsewhere: () => cpuOf(postgres.pid),
    async stop() {
      await DBOS.shutdown();
      postgres.stop();
    },
  };
}

/** A new cluster in a temporary folder, on loopback only. As root it runs as the user that Debian's package made, as PostgreSQL refuses root. */
async function startPostgres(): Promise<Postgres> {
  const version = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  if (version === undefined)
    throw new Error(`DBOS needs PostgreSQL, and there is none in ${DEBIAN}: apt-get install postgresql`);
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  const run = (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [...asUser, join(DEBIAN, version, 'bin', program), ...args];
    execFileSync(command, rest, { stdio: 'ignore', cwd: folder });
  };
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (asUser.length > 0) execFileSync('chown', ['postgres', folder]);
  const data = join(folder, 'data');
  const port = await freePort();
  run('initdb', '-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8');
  run(
    'pg_ctl',
    'start',
    '-w',
    '-D',
    data,
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`,
  );
  return {
    pid: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    url: `postgresql://bench@127.0.0.1:${port}/bench`,
    stop: () => run('pg_ctl', 'stop', '-m', 'fast', '-D', data),
  };
}
