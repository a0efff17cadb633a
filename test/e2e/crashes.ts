/**
 * kill -9 of the control plane's process tree at random moments of a deployment and of its teardown, with a restart each
 * time. The simulator runs beside it and stays, so that every request the app ever made is counted.
 *
 * By command: node test/e2e/crashes.ts [--kills 20] [--seed 1] [--time-scale 30] [--seconds 600]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { request, Server, until } from './process.ts';
import { ROOT } from './stack.ts';

export interface CrashOptions {
  kills: number;
  seed: number;
  timeScale: number;
  /** No further kill after so many seconds; what is under way is brought to its end. */
  seconds: number;
  log?: (line: string) => void;
}
export interface CrashReport {
  kills: number;
  rounds: number;
  /** State the event was in at each kill. */
  killedIn: string[];
  violations: string[];
}

/** ARM resources of three languages: group, two NSGs, VNet, relay, slides; address, NIC and machine of each. */
const RESOURCES = 6 + 3 * 3;

/** A small seeded generator (mulberry32), so that a seed gives one sequence of moments. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Made = { method: string; path: string; status: number | null };

export async function crashes(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, timeScale, seconds, log = () => {} } = options;
  const random = generator(seed);
  const data = mkdtempSync(join(tmpdir(), 'stream-control-crash-'));
  const simulator = new Server();
  const host = new Server();
  const report: CrashReport = { kills: 0, rounds: 0, killedIn: [], violations: [] };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + seconds * 1000;
  const flags = ['--port', '0', '--data', join(data, 'sim'), '--seed', `${seed}`, '--time-scale', `${timeScale}`];
  await simulator.start(join(ROOT, 'dist/local/fleet/main.js'), flags, /^simulator ready on (\S+)/);
  const sample = JSON.parse(readFileSync(join(ROOT, 'local.settings.sample.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  const env = { ...process.env, ...sample.Values, SIM_URL: simulator.url, PUBLIC_URL: url, TIME_SCALE: `${timeScale}` };
  const startHost = () =>
    host.start(
      join(ROOT, 'dist/local/host/main.js'),
      ['--app', ROOT, '--port', `${port}`, '--data', join(data, 'host')],
      /^host ready on (\S+)/,
      env,
    );
  const state = (event: string) =>
    request<{ state: string }>('GET', `${url}/api/status/${event}`).then(({ json }) => json.state);

  /** Kills at random moments until the event is in one of `ends`, or no kill is left; then waits for that. */
  async function killUntil(event: string, ends: readonly string[]): Promise<string> {
    while (report.kills < kills && performance.now() < deadline) {
      await sleep(20 + random() * 1500);
      const now = await state(event);
      if (ends.includes(now)) return now;
      await host.kill();
      report.kills++;
      report.killedIn.push(now);
      log(`kill ${report.kills} in ${now}`);
      await startHost();
    }
    return until(async () => {
      const now = await state(event);
      return ends.includes(now) ? now : undefined;
    });
  }

  async function round(event: string): Promise<void> {
    const wrong = (text: string) => report.violations.push(`seed ${seed}, ${event}: ${text}`);
    await request('DELETE', `${simulator.url}/_sim/requests`);
    const deploy = await request<{ deploymentId: string }>('POST', `${url}/api/deploy`, { event });
    if (deploy.status !== 202) throw new Error(`deploy answered ${deploy.status}: ${JSON.stringify(deploy.json)}`);
    const end = await killUntil(event, ['live', 'failed', 'gone']);
    if (end !== 'live')
      wrong(
        `ended ${end}: ${JSON.stringify((await request('GET', `${url}/api/deployment/${deploy.json.deploymentId}/status`)).json)}`,
      );
    const { json } = await request<{ requests: Made[] }>('GET', `${simulator.url}/_sim/requests`);
    const puts = json.requests.filter(
      ({ method, path, status }) =>
        method === 'PUT' && path.startsWith('/subscriptions') && status !== null && status < 300,
    );
    const count = new Map<string, number>();
    for (const { path } of puts) count.set(path.toLowerCase(), (count.get(path.toLowerCase()) ?? 0) + 1);
    for (const [path, times] of count) if (times > 1) wrong(`${path} was created ${times} times`);
    if (end === 'live' && count.size !== RESOURCES) wrong(`${count.size} resources were created, not ${RESOURCES}`);
    await request('POST', `${url}/api/teardown`, { event, confirm: true });
    const gone = await killUntil(event, ['gone', 'failed']);
    if (end === 'live' && gone !== 'gone') wrong(`its teardown ended ${gone}`);
    const left = await request<{ resources: { id: string }[] }>('GET', `${simulator.url}/_sim/resources`);
    for (const { id } of left.json.resources) wrong(`${id} was left behind`);
    report.rounds++;
  }

  try {
    await startHost();
    do await round(`crash-${report.rounds + 1}`);
    while (report.kills < kills && performance.now() < deadline);
    if (report.violations.length > 0)
      log(
        host.log
          .split('\n')
          .filter((line) => /\] (warning|error):/.test(line))
          .join('\n'),
      );
    return report;
  } finally {
    await host.kill();
    await simulator.kill();
    rmSync(data, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      'time-scale': { type: 'string', default: '30' },
      seconds: { type: 'string', default: '600' },
    },
  });
  const report = await crashes({
    kills: Number(values.kills),
    seed: Number(values.seed),
    timeScale: Number(values['time-scale']),
    seconds: Number(values.seconds),
    log: console.log,
  });
  console.log(`${report.kills} kills in ${report.rounds} deployments, ${report.violations.length} violations`);
  for (const violation of report.violations) console.log(violation);
  process.exit(report.violations.length > 0 ? 1 : 0);
}
