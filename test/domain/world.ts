/**
 * A small world around the pure reducer: nodes that take time, alarms, removals, and an inbox that delivers late, twice and
 * out of order. It keeps count of what must never happen. Time is virtual; the same seed gives the same run.
 */
import { reducer } from '../../domain/lifecycle/reducer.ts';
import type { LifecycleState } from '../../domain/lifecycle/state.ts';
import { resourceName } from '../../domain/names.ts';
import type { Run } from '../../domain/plan/run.ts';
import type { Command } from '../../domain/seam/command.ts';
import type { Effect } from '../../domain/seam/effect.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { EndedInstance, Message } from '../../domain/seam/message.ts';
import type { NodeFacts } from '../../domain/seam/node.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import type { EffectOutcome } from '../../domain/seam/outcome.ts';
import type { DeploymentRecord, Notification, OperationRecord } from '../../domain/seam/records.ts';
import type { Step } from '../../domain/seam/reducer.ts';
import type { RemoveInput } from '../../domain/seam/removal.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { seeded, T0 } from './fixtures.ts';

export type NodeFate =
  | { fate: 'done'; facts?: NodeFacts; seconds?: number }
  | { fate: 'failed'; failure: Failure; seconds?: number }
  /** Its orchestration dies without a report. */
  | { fate: 'dies' };

export interface WorldOptions {
  seed?: number;
  /** What becomes of a node; done by default. */
  fate?: (node: NodeInput, nth: number) => NodeFate | undefined;
  /** What becomes of removal n; gone by default. */
  removal?: (remove: RemoveInput) => 'gone' | Failure;
  /** Longest extra delay of a delivery in seconds, and how often a message comes again (0 to 1). */
  late?: number;
  twice?: number;
  /** How often an effect fails (0 to 1). */
  flaky?: number;
  /** While it says so no effect can be carried out. */
  down?: () => boolean;
  /** Seconds between the sweep's nudges; none when 0. */
  sweep?: number;
}

const FENCE = ['tearing-down', 'rolling-back', 'failed', 'gone'];
const ANY_STATE_OPEN = ['expires-tag', 'look-group'];

export class World {
  readonly input: LifecycleInput;
  readonly options: WorldOptions;
  now = T0;
  step: Step<LifecycleState>;
  /** Violations of what must never happen. */
  readonly violations: string[] = [];
  readonly started = new Map<string, Effect & { effect: 'start' }>();
  readonly ended = new Map<string, EndedInstance>();
  readonly operations = new Map<string, OperationRecord>();
  readonly notifications: Notification[] = [];
  readonly learned: Run[] = [];
  readonly alarms = new Map<string, number>();
  record: DeploymentRecord | undefined;
  /** Names of what exists, by group. */
  readonly groups = new Map<string, Set<string>>();
  /** What each resource was last asked to run: GROUP/NAME -> image, empty for what has none. */
  readonly images = new Map<string, string>();
  readonly states: string[] = [];
  /** Groups being removed. */
  readonly removing = new Set<string>();
  #random;
  #queue: { at: number; order: number; task: () => void }[] = [];
  #order = 0;
  #died = new Set<string>();
  #starts = new Map<string, number>();

  constructor(input: LifecycleInput, options: WorldOptions = {}) {
    this.input = input;
    this.options = options;
    this.#random = seeded(options.seed ?? 1);
    this.step = reducer.start(input, this.now);
    this.#settle();
    if (options.sweep) this.#sweep(options.sweep);
  }

  get state(): LifecycleState {
    return this.step.state;
  }

  /** Names of everything that exists, groups among them. */
  get resources(): Set<string> {
    return new Set([...this.groups].flatMap(([group, names]) => [group, ...names]));
  }

  /** Puts a command into the inbox now. */
  command(command: Command, suffix: string, inSeconds = 0): string {
    const operationId = `${this.input.deploymentId}-op-${suffix}`;
    this.send({ type: 'command', operationId, by: 'tester', command }, inSeconds);
    return operationId;
  }

  send(
    message: Message extends infer M ? (M extends Message ? Omit<M, 'deploymentId'> : never) : never,
    inSeconds = 0,
  ): void {
    const full = { deploymentId: this.input.deploymentId, ...message } as Message;
    const { late = 0, twice = 0 } = this.options;
    do this.at(this.now + (inSeconds + this.#random() * late) * 1000, () => this.receive(full));
    while (this.#random() < twice);
  }

  at(time: number, task: () => void): void {
    this.#queue.push({ at: time, order: this.#order++, task });
  }

  receive(message: unknown): void {
    if (this.state.end.finished) return;
    const before = JSON.stringify(this.state);
    const step = reducer.receive(this.input, this.state, message, this.now);
    if (JSON.stringify(this.state) !== before)
      this.violations.push(`the reducer changed its input: ${JSON.stringify(message)}`);
    this.step = step;
    this.#settle();
  }

  /** Runs until `done`, until nothing is left, or for so many seconds. Returns whether `done` came true. */
  run(done: (world: World) => boolean = () => false, seconds = 14 * 86_400): boolean {
    const until = this.now + seconds * 1000;
    while (!done(this)) {
      this.#queue.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#queue[0];
      if (!next || next.at > until) {
        this.now = Math.max(this.now, until);
        return done(this);
      }
      this.#queue.shift();
      this.now = Math.max(this.now, next.at);
      next.task();
    }
    return true;
  }

  untilState(...states: string[]): boolean {
    return this.run((world) => states.includes(world.state.life.state));
  }

  untilFinished(): boolean {
    return this.run((world) => world.state.end.finished === true);
  }

  #settle(): void {
    for (let rounds = 0; this.step.effects.length > 0; rounds++) {
      if (rounds > 50) throw new Error('effects never end');
      this.#look();
      const { effects } = this.step;
      const outcomes = effects.map((effect) => this.#perform(effect));
      this.step = reducer.performed(this.input, this.state, effects, outcomes, this.now);
    }
    this.#look();
  }

  #look(): void {
    const { state } = this.state.life;
    if (this.states.at(-1) !== state) this.states.push(state);
    const size = JSON.stringify(encodeStatus(this.input, this.state)).length * 2;
    if (size > 16_384) this.violations.push(`status has ${size} bytes`);
  }

  #perform(effect: Effect): EffectOutcome {
    if (this.options.down?.() || this.#random() < (this.options.flaky ?? 0))
      return { ok: false, error: 'the storage is away' };
    switch (effect.effect) {
      case 'learn':
        this.learned.push(effect.run);
        return { ok: true };
      case 'index':
      case 'unstage':
        return { ok: true };
      case 'probe':
        return { ok: true, ended: effect.instanceIds.flatMap((id) => this.#endOf(id)) };
      case 'drop':
        this.alarms.delete(effect.instanceId);
        return { ok: true };
      case 'start': {
        const before = this.started.get(effect.instanceId);
        if (before) {
          if (JSON.stringify(before.input) !== JSON.stringify(effect.input))
            this.violations.push(`${effect.instanceId} was started with two inputs`);
          return { ok: true };
        }
        this.started.set(effect.instanceId, effect);
        this.#start(effect);
        return { ok: true };
      }
    }
  }

  #endOf(instanceId: string): EndedInstance[] {
    if (!this.started.has(instanceId)) return [{ instanceId, runtimeStatus: 'absent' }];
    const ended = this.ended.get(instanceId);
    return ended ? [ended] : [];
  }

  #start(effect: Effect & { effect: 'start' }): void {
    const { instanceId } = effect;
    switch (effect.orchestration) {
      case 'node':
        this.#node(instanceId, effect.input);
        break;
      case 'remove':
        this.#remove(instanceId, effect.input);
        break;
      case 'alarm': {
        const { alarm, generation, at } = effect.input;
        this.alarms.set(instanceId, Date.parse(at));
        this.at(Math.max(this.now, Date.parse(at)), () => {
          if (this.alarms.delete(instanceId)) this.send({ type: 'alarm', alarm, generation });
        });
        return;
      }
      case 'operation':
        this.operations.set(effect.input.operationId, effect.input);
        return;
      case 'record':
        this.record = effect.input;
        return;
      case 'notify':
        this.notifications.push(effect.input);
    }
  }

  #fenced(node: NodeInput): boolean {
    const { state } = this.state.life;
    return this.state.end.finished === true || (FENCE.includes(state) && !ANY_STATE_OPEN.includes(node.spec.kind));
  }

  #node(instanceId: string, node: NodeInput): void {
    const nth = (this.#starts.get(node.node) ?? 0) + 1;
    this.#starts.set(node.node, nth);
    const fate = this.options.fate?.(node, nth) ?? { fate: 'done' };
    // The request goes out a little later than the node starts: the fence is asked then, and again at the end.
    this.at(this.now + this.#random() * 5000, () => {
      if (this.#fenced(node)) return this.#report(instanceId, node, { outcome: 'stopped' });
      this.#create(node);
      if (fate.fate === 'dies') {
        this.ended.set(instanceId, { instanceId, runtimeStatus: 'Failed' });
        // The next attempt looks first, and finds what this one made.
        this.#died.add(node.node);
        return;
      }
      const seconds = ('seconds' in fate && fate.seconds) || node.expectedSeconds * (0.5 + this.#random());
      this.at(this.now + seconds * 1000, () => {
        if (this.#fenced(node)) return this.#report(instanceId, node, { outcome: 'stopped' });
        if (fate.fate === 'failed') return this.#report(instanceId, node, { outcome: 'failed', failure: fate.failure });
        this.#destroy(node);
        this.#report(instanceId, node, { outcome: 'done', ...(fate.facts ? { facts: fate.facts } : {}) });
      });
    });
  }

  #report(
    instanceId: string,
    { node, attempt }: NodeInput,
    result: { outcome: 'done' | 'failed' | 'stopped'; facts?: NodeFacts; failure?: Failure },
  ): void {
    const { deploymentId } = this.input;
    const output = { type: 'node' as const, deploymentId, node, attempt, ...result };
    this.ended.set(instanceId, { instanceId, runtimeStatus: 'Completed', output });
    this.send(output);
  }

  #create({ spec, resourceGroup, node }: NodeInput): void {
    if (this.removing.has(resourceGroup)) this.violations.push(`${node} acts while ${resourceGroup} is being removed`);
    const names = this.groups.get(resourceGroup);
    if (spec.kind === 'resource-group') this.groups.set(resourceGroup, names ?? new Set());
    else if (['nsg', 'vnet', 'public-ip', 'nic', 'containers', 'machine'].includes(spec.kind) && 'name' in spec) {
      if (!names) this.violations.push(`${spec.name} is made without its group`);
      // A container group may be asked for again with another image only.
      const image = spec.kind === 'containers' ? spec.image : '';
      const key = `${resourceGroup}/${spec.name}`;
      const found = this.#died.delete(node);
      if (!found && names?.has(spec.name) && this.images.get(key) === image)
        this.violations.push(`${spec.name} is made twice`);
      this.images.set(key, image);
      if (spec.kind === 'nic' && !names?.has(spec.publicIp)) this.violations.push(`${spec.name} has no address`);
      if (spec.kind === 'machine' && !names?.has(spec.nic)) this.violations.push(`${spec.name} has no NIC`);
      names?.add(spec.name);
    }
  }

  #destroy({ spec, resourceGroup }: NodeInput): void {
    if (spec.kind !== 'discard') return;
    for (const name of Object.values(spec.names)) this.groups.get(resourceGroup)?.delete(name);
  }

  #remove(instanceId: string, remove: RemoveInput): void {
    const running = [...this.started.values()].filter(
      (effect) =>
        effect.orchestration === 'node' &&
        effect.input.resourceGroup === remove.resourceGroup &&
        !this.ended.has(effect.instanceId),
    );
    if (running.length > 0)
      this.violations.push(`removal while ${running.map(({ instanceId: id }) => id).join(', ')} run`);
    this.removing.add(remove.resourceGroup);
    this.at(this.now + (60 + this.#random() * 300) * 1000, () => {
      this.removing.delete(remove.resourceGroup);
      const fate = this.options.removal?.(remove) ?? 'gone';
      const { deploymentId } = this.input;
      const existed = [...(this.groups.get(remove.resourceGroup) ?? [])].map((name) => ({
        id: `/${remove.resourceGroup}/${name}`,
        type: 'x',
        name,
      }));
      if (fate === 'gone') this.groups.delete(remove.resourceGroup);
      const output = {
        type: 'removed' as const,
        deploymentId,
        n: remove.n,
        existed,
        remains: [...(this.groups.get(remove.resourceGroup) ?? [])],
        verifiedAt: new Date(this.now).toISOString(),
        ...(fate === 'gone' ? { outcome: 'gone' as const } : { outcome: 'failed' as const, failure: fate }),
      };
      this.ended.set(instanceId, { instanceId, runtimeStatus: 'Completed', output });
      this.send(output);
    });
  }

  #sweep(seconds: number): void {
    this.at(this.now + seconds * 1000, () => {
      if (this.state.end.finished) return;
      this.receive({ type: 'nudge', deploymentId: this.input.deploymentId });
      this.#sweep(seconds);
    });
  }
}

export const capacity: Failure = { class: 'capacity', code: 'AllocationFailed', message: 'no room in the region' };
export const broken: Failure = { class: 'configuration', code: 'InvalidParameter', message: 'this will never work' };
export const mixerName = (language: string, event = 'demo', variant = 1): string =>
  resourceName.machine(`mixer-${language}`, event, variant);
