/** Lives one seed through and says which promises were broken. */
import { outcomeOf, perHour } from '../system/look.ts';
import { World } from '../system/world.ts';
import { attack, FOREIGN, groupPath, oddly, type Stage } from './attacks.ts';
import { read, send } from './outside.ts';
import { type ChaosPlan, chaosPlan, type Step } from './plan.ts';
import { type Accepted, disturbed, leaks, miscounted, remains, running, touched, uncertified } from './promises.ts';

export interface SeedReport {
  seed: number;
  faults: number;
  attacks: number;
  accidents: number;
  commands: number;
  violations: string[];
}

/** Longest time to live in a plan, the reaper's grace and interval, and what a fault may keep from being removed: seconds. */
const PATIENCE = 15 * 3600;
/** The same where it is known that something stays. */
const LITTLE = 4 * 3600;
/** Seconds in which what is still on its way (a request, a redelivery, the reaper) would show, once nothing is left. */
const AFTERMATH = 45 * 60;

const secondsOf = (ttl: unknown): number => Number.parseInt(String(ttl), 10) * (String(ttl).endsWith('h') ? 3600 : 60);

class Run {
  readonly #plan: ChaosPlan;
  readonly #report: SeedReport;
  #world!: World;
  #stage!: Stage;
  #fullUntil = 0;
  #operations = new Set<string>();
  #deployments: Accepted[] = [];
  /** Spans in which no control plane ran; ms since the epoch. */
  #absences: [from: number, to: number][] = [];

  constructor(seed: number) {
    this.#plan = chaosPlan(seed);
    this.#report = { seed, faults: 0, attacks: 0, accidents: 0, commands: 0, violations: [] };
  }

  async live(): Promise<SeedReport> {
    let beats = 0;
    const { seed, late, odd } = this.#plan;
    this.#world = await World.create({
      seed: `chaos-${seed}`,
      lateRedelivery: late,
      accidents: {
        dies: () => this.#stage !== undefined && this.#stage.deaths > 0 && this.#stage.deaths-- > 0,
        full: () => this.#world !== undefined && this.#world.clock.now() < this.#fullUntil,
      },
      ...(odd && { heartbeat: (body) => oddly(body, beats++) }),
    });
    const [foreign, given, either] = [new Map(), new Map(), new Set<string>()];
    const none = { deaths: 0, uncounted: false };
    this.#stage = { world: this.#world, foreign, given, either, ...none };
    try {
      await this.#act();
      await this.#judge();
    } catch (error) {
      this.#broken(`the run itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    } finally {
      await this.#world.stop();
    }
    return this.#report;
  }

  #broken(...promises: string[]): void {
    this.#report.violations.push(...promises);
  }

  async #act(): Promise<void> {
    const [world, { events, faults, steps }] = [this.#world, this.#plan];
    await send(world, 'PUT', groupPath(FOREIGN), { location: 'westeurope', tags: { purpose: 'mail' } });
    this.#stage.foreign.set(groupPath(FOREIGN), (await read(world, groupPath(FOREIGN))) ?? '');
    // From here on: what belongs to others is there before the faults begin.
    await world.sim('PUT', '/_sim/faults', faults);
    for (const { event, request } of events) {
      const { status, detail } = await this.#command('/api/deploy', { event, ...request });
      // A seed whose events never begin proves nothing.
      if (status === 400) this.#broken(`${event} was refused: ${detail}`);
    }
    for (const step of steps) {
      await world.pass(step.after);
      await this.#step(step);
    }
    await world.pass(Math.max(0, this.#fullUntil - world.clock.now()) / 1000 + 10);
    // What a fault keeps from being removed is tried again by itself: patience, not help.
    for (let waited = 0; waited < (this.#stage.given.size > 0 ? LITTLE : PATIENCE); waited += 900) {
      if ((await remains(this.#stage)).length === 0 && (await running(world)).length === 0) break;
      await world.pass(900);
    }
    await world.pass(AFTERMATH);
  }

  async #step({ act, path = '', body, event = '', form = 0, seconds = 0 }: Step): Promise<void> {
    const [world, report] = [this.#world, this.#report];
    switch (act) {
      case 'call':
        await this.#command(path, body);
        return;
      case 'full':
        report.accidents++;
        this.#fullUntil = world.clock.now() + seconds * 1000;
        return;
      case 'restart':
      case 'kill':
      case 'away':
        report.accidents++;
        await (act === 'kill' ? world.host.kill() : world.host.stop(50));
        await this.#absent(act === 'away' ? seconds : 0);
        return;
      default:
        report.attacks++;
        await attack(this.#stage, act, event, form);
    }
  }

  async #absent(seconds: number): Promise<void> {
    const world = this.#world;
    const from = world.clock.now();
    if (seconds > 0) await world.pass(seconds);
    await world.startHost();
    this.#absences.push([from, world.clock.now()]);
  }

  async #command(path: string, body: unknown): Promise<{ status: number; detail: unknown }> {
    this.#report.commands++;
    const { status, body: answer } = await this.#world.call('POST', path, body);
    if (status === 202) this.#operations.add(String(answer.operationId));
    // 502 and 503: the vault or store behind the control plane refused or gave no answer; nothing was accepted.
    else if (status >= 500 && status !== 502 && status !== 503)
      this.#broken(`${path} answered ${status}: ${answer.detail}`);
    if (status === 202 && path === '/api/deploy') {
      const { ttl } = body as { ttl?: string };
      this.#deployments.push({ deploymentId: String(answer.deploymentId), seconds: secondsOf(ttl) });
    }
    return { status, detail: answer.detail };
  }

  async #judge(): Promise<void> {
    const [world, stage, { seed, mood }] = [this.#world, this.#stage, this.#plan];
    const hits = (await world.sim('GET', '/_sim/faults')) as { hits: number }[];
    this.#report.faults = hits.reduce((sum, one) => sum + one.hits, 0);
    this.#broken(...(await remains(stage)), ...leaks(world, seed), ...(await touched(stage)));
    if (mood === 'calm') this.#broken(...(await disturbed(world)));
    if (mood === 'senders') this.#broken(...(await disturbed(world, /virtualMachines/i)));
    if (!stage.uncounted) this.#broken(...(await miscounted(stage)));
    const rate = await perHour(world);
    if (rate !== 0 && stage.foreign.size + stage.given.size === 1) this.#broken(`still costs ${rate} USD per hour`);
    // Azure does not let go of what hangs on a thing that was given away: that removal goes on until somebody decides.
    if (stage.given.size > 0) return;
    this.#broken(...(await running(world)).map((id) => `still running: ${id}`));
    this.#broken(...(await uncertified(world, this.#deployments, mood === 'calm', this.#absences)));
    for (const id of this.#operations) {
      const { outcome } = await outcomeOf(world, id);
      if (!['done', 'failed', 'refused'].includes(outcome)) this.#broken(`${id} ended as ${outcome}`);
    }
  }
}

export const runSeed = (seed: number): Promise<SeedReport> => new Run(seed).live();
