/** How the simulator carries a big subscription: a thousand groups of 25 resources made, listed, filtered and deleted, in memory and on disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../local/azure/simulator.ts';
import { VirtualClock } from '../../local/clock.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION } from '../../local/fleet/simulator.ts';
import type { Row } from '../main.ts';

const GROUPS = Number(process.env.BENCH_GROUPS ?? 1000);
/** The disk carries a tenth: its figure is requests per second. */
const GROUPS_ON_DISK = Math.ceil(GROUPS / 10);
const RESOURCES = 25;
const S = `/subscriptions/${DEFAULT_SUBSCRIPTION}`;
const RG = 'api-version=2025-04-01';

class Load {
  readonly #simulator: Simulator;
  readonly #clock: VirtualClock;
  requests = 0;
  constructor(simulator: Simulator, clock: VirtualClock) {
    this.#simulator = simulator;
    this.#clock = clock;
  }
  async send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    this.requests++;
    const url = new URL(path.startsWith('https:') ? path : `https://management.azure.com${path}`);
    const text = body ? JSON.stringify(body) : undefined;
    const answer = await this.#simulator.handle({ method, url, headers: { authorization: 'Bearer any' }, body: text });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return (answer.body ?? {}) as Record<string, unknown>;
  }
  /** All pages. @returns how many items */
  async list(path: string): Promise<number> {
    let count = 0;
    for (let next: string | undefined = path; next; ) {
      const page: Record<string, unknown> = await this.send('GET', next);
      count += (page.value as unknown[]).length;
      next = page.nextLink as string | undefined;
    }
    return count;
  }
  pass(seconds: number): Promise<boolean> {
    return this.#clock.drive(() => false, this.#clock.now() + seconds * 1000);
  }
}

const groups = { now: GROUPS };
const eachGroup = async (task: (name: string) => Promise<unknown>): Promise<void> => {
  for (let index = 0; index < groups.now; index++) await task(`g${index}`);
};

const PHASES: [string, (load: Load) => Promise<unknown>][] = [
  [
    'create',
    (load) =>
      eachGroup(async (group) => {
        await load.send('PUT', `${S}/resourceGroups/${group}?${RG}`, { location: 'eastus', tags: { event: group } });
        for (let n = 0; n < RESOURCES; n++) {
          const type = n % 2 ? 'publicIPAddresses' : 'networkSecurityGroups';
          const path = `${S}/resourceGroups/${group}/providers/Microsoft.Network/${type}/r${n}?api-version=2026-01-01`;
          await load.send('PUT', path, { location: 'eastus', sku: { name: 'Standard' }, tags: { event: group } });
        }
      }),
  ],
  ['operations end', (load) => load.pass(60)],
  ['list everything', (load) => load.list(`${S}/resources?${RG}`)],
  ['filter by tag', (load) => load.list(`${S}/resources?${RG}&$filter=tagName eq 'event' and tagValue eq 'g7'`)],
  ['list in each group', (load) => eachGroup((group) => load.list(`${S}/resourceGroups/${group}/resources?${RG}`))],
  [
    'delete every group',
    async (load) => {
      await eachGroup((group) => load.send('DELETE', `${S}/resourceGroups/${group}?${RG}`));
      await load.pass(3600);
      const left = (await load.send('GET', '/_sim/resources')).resources as unknown[];
      if (left.length > 0) throw new Error(`${left.length} resources are left`);
    },
  ],
];

async function measure(where: 'memory' | 'disk'): Promise<Row[]> {
  groups.now = where === 'disk' ? GROUPS_ON_DISK : GROUPS;
  const folder = where === 'disk' ? mkdtempSync(join(tmpdir(), 'bench-simulator-')) : undefined;
  const clock = new VirtualClock(Date.UTC(2026, 10, 21));
  const simulator = createSimulator({ clock, dataDir: folder });
  const load = new Load(simulator, clock);
  const rows: Row[] = [];
  for (const [phase, task] of PHASES) {
    const before = load.requests;
    const start = performance.now();
    await task(load);
    const ms = performance.now() - start;
    const requests = load.requests - before;
    rows.push({
      state: where,
      groups: groups.now,
      phase,
      requests,
      'wall ms': Math.round(ms),
      'requests/s': requests > 1 ? Math.round((requests / ms) * 1000) : '',
      'memory MB': Math.round(process.memoryUsage().rss / 1e6),
    });
  }
  await simulator.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
  return rows;
}

export const run = async (): Promise<Row[]> => [...(await measure('memory')), ...(await measure('disk'))];
