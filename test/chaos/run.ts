/** Lives one seed through and says which promises were broken. */
import { outcomeOf, perHour } from '../system/look.ts';
import { World } from '../system/world.ts';
import { attack, oddly, type Stage } from './attacks.ts';
import { read, send } from './outside.ts';
import { chaosPlan } from './plan.ts';
import { disturbed, leaks, miscounted, remains, running, touched } from './promises.ts';

export interface SeedReport {
  seed: number;
  faults: number;
  attacks: number;
  restarts: number;
  commands: number;
  violations: string[];
}

/** Longest time to live in a plan, the reaper's grace and interval, and what a fault may keep from being removed: seconds. */
const PATIENCE = 15 * 3600;
/** Seconds in which what is still on its way (a request, a redelivery, the reaper) would show, once nothing is left. */
const AFTERMATH = 45 * 60;
const FOREIGN = 'resourcegroups/rg-of-somebody-else';

/** @param appDir folder of the built app; this repository's by default */
export async function runSeed(seed: number, appDir?: string): Promise<SeedReport> {
  const plan = chaosPlan(seed);
  const report: SeedReport = { seed, faults: 0, attacks: 0, restarts: 0, commands: 0, violations: [] };
  const accepted: string[] = [];
  let beats = 0;
  const world = await World.create({
    seed: `chaos-${seed}`,
    ...(appDir !== undefined && { appDir }),
    lateRedelivery: plan.late,
    dies: () => stage !== undefined && stage.deaths > 0 && stage.deaths-- > 0,
    ...(plan.odd && { heartbeat: (body) => oddly(body, beats++) }),
  });
  const stage: Stage = { world, foreign: new Map(), deaths: 0, jumped: false };
  const command = async (path: string, body: unknown) => {
    report.commands++;
    const { status, body: answer } = await world.call('POST', path, body);
    if (status === 202) accepted.push(String(answer.operationId));
    // 502 and 503: the vault or store behind the control plane refused or gave no answer; nothing was accepted.
    else if (status >= 500 && status !== 502 && status !== 503)
      report.violations.push(`${path} answered ${status}: ${answer.detail}`);
    return { status, detail: answer.detail };
  };
  try {
    await send(world, 'PUT', FOREIGN, { location: 'westeurope', tags: { purpose: 'mail' } });
    stage.foreign.set(FOREIGN, (await read(world, FOREIGN)) ?? '');
    // From here on: what belongs to others is there before the faults begin.
    await world.sim('PUT', '/_sim/faults', plan.faults);
    for (const { event, request } of plan.events) {
      const { status, detail } = await command('/api/deploy', { event, ...request });
      // A seed whose events never begin proves nothing.
      if (status === 400) report.violations.push(`${event} was refused: ${detail}`);
    }
    for (const step of plan.steps) {
      await world.pass(step.after);
      if (step.act === 'restart') {
        report.restarts++;
        await world.host.stop(50);
        await world.startHost();
      } else if (step.act === 'call') await command(step.path ?? '', step.body);
      else {
        report.attacks++;
        await attack(stage, step.act, step.event ?? '', step.form ?? 0);
      }
    }
    // What a fault keeps from being removed is tried again by itself: patience, not help.
    for (let waited = 0; waited < PATIENCE; waited += 900) {
      if ((await remains(stage)).length === 0 && (await running(world)).length === 0) break;
      await world.pass(900);
    }
    await world.pass(AFTERMATH);
    const hits = (await world.sim('GET', '/_sim/faults')) as { hits: number }[];
    report.faults = hits.reduce((sum, one) => sum + one.hits, 0);
    report.violations.push(...(await remains(stage)), ...leaks(world, seed), ...(await touched(stage)));
    if (plan.calm) report.violations.push(...(await disturbed(world)));
    if (!stage.jumped) report.violations.push(...(await miscounted(stage)));
    const rate = await perHour(world);
    if (rate !== 0 && stage.foreign.size === 1) report.violations.push(`still costs ${rate} USD per hour`);
    report.violations.push(...(await running(world)).map((id) => `still running: ${id}`));
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
