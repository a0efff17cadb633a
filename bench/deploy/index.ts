/**
 * How much our orchestration adds to what Azure itself takes, in virtual time on one simulator seed: the durable graph of
 * stream-control beside a deployer that goes phase by phase and polls as the SDK does (every step waits for the whole
 * phase before it, a running VM is looked at when Azure's Retry-After of 50 s says so).
 */
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import { World } from '../../test/system/world.ts';
import type { Row } from '../main.ts';
import { azOneByOne } from './az.ts';
import { callsPerResource, type Request } from './calls.ts';
import { machinesMade, physicalLimit } from './measured.ts';

const languagesOf = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `l${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
  );

/** Of light mixers with keys: such an event is live when picture and sound have arrived. */
const ofTemplate = (template: string, languages: readonly string[]) =>
  template === 'multilingual' ? {} : { template, youtubeKeys: languages.map((language) => `key-of-${language}`) };

async function measure(count: number, concurrency: number, seed: string, template = 'multilingual'): Promise<Row> {
  const languages = languagesOf(count);
  const event = 'bench';
  const settings = {
    AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions: String(concurrency),
  };
  const world = await World.create({ seed, settings });
  try {
    const before = world.clock.now();
    const wall = performance.now();
    const answer = await world.call<{ deploymentId: string }>('POST', '/api/deploy', {
      ...{ event, languages },
      ...ofTemplate(template, languages),
    });
    if (answer.status !== 202) throw new Error(`deploy answered ${answer.status}: ${answer.text}`);
    const live = await world.until(event, ['live', 'failed', 'gone'], 3 * 3600, 1);
    if (live.state !== 'live') throw new Error(`the event is ${String(live.state)}: ${JSON.stringify(live)}`);
    const ours = (Date.parse(String(live.readyAt)) - before) / 1000;
    const wallSeconds = (performance.now() - wall) / 1000;
    const { input } = await world.instance<LifecycleInput>(`event-${event}`);
    const limit = physicalLimit(input, event, String(live.region), world.simulator.snapshot(), world.boots());
    const requests = (await world.sim('GET', '/_sim/requests')) as { requests: Request[] };
    const calls = requests.requests.filter(({ host }) => host === 'management.azure.com').length;
    const bound = callsPerResource(requests.requests, world.simulator.snapshot(), world.boots());
    const perHour = (live.cost as { perHour: number }).perHour;
    const row = {
      ...{ deployer: 'stream-control', template, languages: count, 'activity concurrency': concurrency, seed },
      'physical limit s': Math.round(limit.seconds * 10) / 10,
      'stream-control s': ours,
      'added %': Math.round((ours / limit.seconds - 1) * 1000) / 10,
      'USD per hour': perHour,
      'ARM calls per resource': Math.round((calls / limit.resources) * 10) / 10,
      'ARM calls over the bound': bound.over,
      'worst resource': bound.worst,
      'resources over': bound.offenders,
      'wall s': Math.round(wallSeconds * 10) / 10,
    };
    if (template !== 'multilingual') return row;
    const made = machinesMade(world.simulator.snapshot(), before);
    // Loaded late: the host must see the app load durable-functions to give its client the in-process transport.
    const { phaseByPhase } = await import('./phases.ts');
    const phased = await phaseByPhase(input, seed);
    return {
      ...row,
      'machines made s': made,
      'phase by phase s': phased,
      'ratio to phase by phase': Math.round((ours / phased) * 100) / 100,
    };
  } finally {
    await world.stop();
  }
}

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [count, concurrency] of [
    [3, 64],
    [3, 10],
    [50, 64],
    [50, 10],
  ] as const)
    for (const seed of count === 3 ? ['a', 'b', 'c'] : ['a']) rows.push(await measure(count, concurrency, seed));
  for (const [count, seed] of [
    [3, 'a'],
    [3, 'b'],
    [50, 'a'],
  ] as const)
    rows.push(await measure(count, 64, seed, 'interpreted'));
  rows.push(await azOneByOne(languagesOf(3), 'a'));
  return rows;
}
