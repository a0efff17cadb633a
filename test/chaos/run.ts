/** Lives one seed through and says which promises were broken. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { arm, outcomeOf, perHour, secretNames } from '../system/look.ts';
import { World } from '../system/world.ts';
import { canaryOf, chaosPlan } from './plan.ts';

export interface SeedReport {
  seed: number;
  faults: number;
  restarts: number;
  commands: number;
  violations: string[];
}

/** Longest time to live in a plan, the reaper's grace, its interval and the time a removal may be stuck: seconds. */
const LIFE = (90 + 60 + 15) * 60;
const PATIENCE = 12 * 3600;
const FOREIGN = 'rg-of-somebody-else';

function* files(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

/** Where a stream key stands that should be nowhere but in the vault (which this simulator keeps in memory). */
function leaks(world: World, seed: number): string[] {
  const canary = canaryOf(seed);
  const forms = [canary, JSON.stringify(canary).slice(1, -1), encodeURIComponent(canary), btoa(canary).slice(0, -4)];
  const shown = (text: string) => forms.some((form) => text.includes(form));
  const found = [...files(world.dataDir)].filter((path) => shown(readFileSync(path, 'latin1')));
  if (shown(world.log.join('\n'))) found.push('log');
  if (shown(JSON.stringify(world.simulator.snapshot()))) found.push('simulator');
  return found.map((place) => `stream key in ${place}`);
}

async function running(world: World): Promise<string[]> {
  const { body } = await world.call('GET', '/runtime/webhooks/durabletask/instances?top=5000');
  const instances = body as unknown as { instanceId: string; runtimeStatus: string }[];
  return instances
    .filter(({ instanceId, runtimeStatus }) => runtimeStatus === 'Running' && !instanceId.startsWith('@'))
    .map(({ instanceId }) => instanceId);
}

const remains = async (world: World): Promise<string[]> => [
  ...(await world.resources()).filter(({ id }) => !id.includes(FOREIGN)).map(({ id }) => `left: ${id}`),
  ...secretNames(world).map((name) => `secret left: ${name}`),
];

export async function runSeed(seed: number): Promise<SeedReport> {
  const plan = chaosPlan(seed);
  const world = await World.create({ seed: `chaos-${seed}` });
  const report: SeedReport = { seed, faults: 0, restarts: 0, commands: 0, violations: [] };
  const accepted: string[] = [];
  const send = async (path: string, body: unknown) => {
    report.commands++;
    const { status, body: answer } = await world.call('POST', path, body);
    if (status === 202) accepted.push(String(answer.operationId));
    // 502 and 503: the vault or store behind the control plane refused or gave no answer; nothing was accepted.
    else if (status >= 500 && status !== 502 && status !== 503)
      report.violations.push(`${path} answered ${status}: ${answer.detail}`);
  };
  try {
    await arm(world, 'PUT', `resourcegroups/${FOREIGN}`, { location: 'westeurope', tags: { purpose: 'mail' } });
    // From here on: what belongs to others is there before the faults begin.
    await world.sim('PUT', '/_sim/faults', plan.faults);
    for (const { event, request } of plan.events) await send('/api/deploy', { event, ...request });
    for (const step of plan.steps) {
      await world.pass(step.after);
      if (step.act === 'restart') {
        report.restarts++;
        await world.host.stop(50);
        await world.startHost();
      } else if (step.path) await send(step.path, step.body);
    }
    await world.pass(LIFE);
    // What a fault keeps from being removed is tried again by itself: patience, not help.
    for (let waited = 0; waited < PATIENCE; waited += 1800) {
      if ((await remains(world)).length === 0 && (await running(world)).length === 0) break;
      await world.pass(1800);
    }
    const hits = (await world.sim('GET', '/_sim/faults')) as { hits: number }[];
    report.faults = hits.reduce((sum, one) => sum + one.hits, 0);
    report.violations.push(...(await remains(world)), ...leaks(world, seed));
    const rate = await perHour(world);
    if (rate !== 0) report.violations.push(`still costs ${rate} USD per hour`);
    report.violations.push(...(await running(world)).map((id) => `still running: ${id}`));
    if (!(await world.resources()).some(({ id }) => id.includes(FOREIGN)))
      report.violations.push('a foreign group is gone');
    for (const id of new Set(accepted)) {
      const { outcome } = await outcomeOf(world, id);
      if (!['done', 'failed', 'refused'].includes(outcome)) report.violations.push(`${id} ended as ${outcome}`);
    }
  } catch (error) {
    report.violations.push(`the run itself: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await world.stop();
  }
  return report;
}
