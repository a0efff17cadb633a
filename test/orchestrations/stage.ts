/**
 * The real orchestrators on the real SDK and the real local engine, in virtual time, over a small pretended Azure: activities
 * that take time, fail, throw and ask to come again. Counts what was called how often.
 */
import { createRequire } from 'node:module';
import type { InvocationContext } from '@azure/functions';
import type { DurableClient, OrchestrationContext, StartNewOptions, Task } from 'durable-functions';
import { DummyOrchestrationContext } from 'durable-functions';
import type { z } from 'zod';
import type { Command } from '../../domain/seam/command.ts';
import type { Effect } from '../../domain/seam/effect.ts';
import { ACTIVITY, INBOX, ORCHESTRATION } from '../../domain/seam/functions.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { Delivery, messageSchema } from '../../domain/seam/message.ts';
import type { NodeStep } from '../../domain/seam/node.ts';
import type { NodeInput, PollInput } from '../../domain/seam/node-input.ts';
import type { EffectOutcome } from '../../domain/seam/outcome.ts';
import type { RemoveStep, RemoveStepInput } from '../../domain/seam/removal.ts';
import { takeUp } from '../../durable/lifecycles.ts';
import { VirtualClock } from '../../local/clock.ts';
import type { FunctionRunner, InvocationResult } from '../../local/durable/ports.ts';
import { alarm } from '../../orchestrations/alarm.ts';
import { lifecycle } from '../../orchestrations/lifecycle.ts';
import { node } from '../../orchestrations/node.ts';
import { notify } from '../../orchestrations/notify.ts';
import { remove } from '../../orchestrations/remove.ts';
import { operation, record } from '../../orchestrations/results.ts';
import { T0 } from '../domain/fixtures.ts';
import { type Harness, startHarness, TERMINAL } from '../local/durable/harness.ts';

/** Runs one of our orchestrators once over a trigger payload, as the worker would. */
export const runOrchestrator = (name: string, trigger: string, handler = HANDLERS[name] as Handler): Promise<unknown> =>
  createOrchestrator(handler)(JSON.parse(trigger), new DummyOrchestrationContext(name, 'x', () => {}));

/** What `app.orchestration` of the SDK wraps a generator with; it has no public name. */
const { createOrchestrator } = createRequire(import.meta.url)('durable-functions/lib/src/util/testingUtils.js') as {
  createOrchestrator(handler: Handler): (trigger: unknown, context: InvocationContext) => Promise<unknown>;
};

export type Handler = (context: OrchestrationContext) => Generator<Task, unknown, unknown>;
const HANDLERS: Record<string, Handler> = {
  [ORCHESTRATION.lifecycle]: lifecycle,
  [ORCHESTRATION.node]: node,
  [ORCHESTRATION.alarm]: alarm,
  [ORCHESTRATION.remove]: remove,
  [ORCHESTRATION.operation]: operation,
  [ORCHESTRATION.record]: record,
  [ORCHESTRATION.notify]: notify,
};

export interface StageOptions {
  /** Seconds a node takes; its expected duration by default. */
  seconds?: (node: NodeInput) => number;
  /** Overrides a `begin`: a step, or an error thrown. `nth` counts the calls for this instance from 1. */
  begin?: (node: NodeInput, nth: number) => NodeStep | Error | undefined;
  poll?: (node: PollInput, nth: number) => NodeStep | Error | undefined;
  /** The lifecycle of the build that runs now; ours by default. */
  lifecycle?: () => Handler;
  /** A turn of the lifecycle in which the worker dies, by its number. */
  dies?: (turn: number) => boolean;
  /** A message comes to the lifecycle while it waits for each `perform`, and is taken before the answer. */
  interrupted?: boolean;
  report?: (delivery: Delivery, nth: number) => Error | undefined;
  removeStep?: (input: RemoveStepInput, nth: number) => RemoveStep | Error | undefined;
}

const LEAVING = ['tearing-down', 'rolling-back', 'failed', 'gone'];

export class Stage {
  readonly clock = new VirtualClock(T0);
  readonly calls = new Map<string, number>();
  /** Resources by name, with their group first. */
  readonly resources = new Set<string>();
  readonly secrets = new Set<string>();
  /** Largest customStatus seen, in bytes of UTF-16. */
  largestStatus = 0;
  /** The lifecycle's latest invocation: what the host handed over and what came back. */
  latest: { trigger: string; state: unknown } | undefined;
  harness!: Harness;
  #options: StageOptions;

  private constructor(options: StageOptions) {
    this.#options = options;
  }

  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    let drawn = 0;
    stage.harness = await startHarness({
      clock: stage.clock,
      runner: stage.#runner(),
      // Ids of executions tell the answers to one from those to the next, so no two are alike.
      random: (length) => {
        const bytes = new Uint8Array(Math.max(length, 4));
        new DataView(bytes.buffer).setUint32(0, ++drawn);
        return bytes.subarray(0, length);
      },
    });
    return stage;
  }

  close(): Promise<void> {
    return this.harness.stop();
  }

  async deploy(input: LifecycleInput): Promise<void> {
    await this.clock.track(this.harness.start(ORCHESTRATION.lifecycle, `event-${input.event}`, input));
  }

  async command(input: LifecycleInput, suffix: string, command: Command): Promise<string> {
    const operationId = `${input.deploymentId}-op-${suffix}`;
    await this.say(input, { type: 'command', operationId, by: 'tester', command });
    return operationId;
  }

  /** Puts a message into the inbox. */
  async say({ event, deploymentId }: LifecycleInput, message: z.input<typeof messageSchema>): Promise<void> {
    await this.clock.track(this.harness.raise(`event-${event}`, INBOX, { deploymentId, ...message }));
  }

  /** What the sweep does for a lifecycle that failed. */
  async takeUp(event: string): Promise<void> {
    const { harness } = this;
    const at = `/instances/event-${event}`;
    const client = {
      getStatusBy: async () =>
        (await harness.call('GET', `${at}?showHistory=true&showHistoryOutput=true&showInput=true`)).body,
      startNew: (name: string, { instanceId = '', input }: StartNewOptions) => harness.start(name, instanceId, input),
      readEntityState: async () => ({ entityExists: false }),
    };
    const { input } = (await harness.call('GET', `${at}?showInput=true`)).body as { input: LifecycleInput };
    await this.clock.track(takeUp(client as unknown as DurableClient, { input }));
  }

  /** State of the event as its customStatus says. */
  async state(event = 'demo'): Promise<string> {
    const { body } = await this.harness.status(`event-${event}`);
    return body.customStatus?.s ?? body.runtimeStatus;
  }

  /** Runs virtual time until the event is in one of the states; a day at most. */
  until(...states: string[]): Promise<boolean> {
    return this.clock.drive(async () => states.includes(await this.state()), this.clock.now() + 8 * 86_400_000);
  }

  untilEnded(id = 'event-demo'): Promise<boolean> {
    const ended = () => TERMINAL.includes(this.harness.store.instance(id)?.status ?? '');
    return this.clock.drive(ended, this.clock.now() + 8 * 86_400_000);
  }

  run(seconds: number): Promise<boolean> {
    return this.clock.drive(() => false, this.clock.now() + seconds * 1000);
  }

  async output(id: string): Promise<unknown> {
    return (await this.harness.status(id)).body.output;
  }

  #count(key: string): number {
    const nth = (this.calls.get(key) ?? 0) + 1;
    this.calls.set(key, nth);
    return nth;
  }

  #runner(): FunctionRunner {
    return {
      names: (kind) =>
        kind === 'orchestrator' ? Object.keys(HANDLERS) : kind === 'activity' ? Object.values(ACTIVITY) : [],
      invoke: async (kind, name, trigger, _instanceId): Promise<InvocationResult> => {
        try {
          const value =
            kind === 'activity'
              ? await this.#activity(name, JSON.parse(trigger.string ?? 'null'))
              : await this.#orchestrate(name, trigger.string ?? JSON.stringify(trigger.value));
          return { ok: true, returnValue: value === undefined ? undefined : { json: JSON.stringify(value) } };
        } catch (error) {
          const { message, stack } = error as Error;
          return { ok: false, message, stack: stack ?? '' };
        }
      },
    };
  }

  async #orchestrate(name: string, payload: string): Promise<unknown> {
    const dies = name === ORCHESTRATION.lifecycle && this.#options.dies?.(this.#count('turns'));
    if (dies) throw new Error('node exited with code 137');
    const other = name === ORCHESTRATION.lifecycle ? this.#options.lifecycle?.() : undefined;
    const state = await runOrchestrator(name, payload, other);
    if (name === ORCHESTRATION.lifecycle) {
      this.latest = { trigger: payload, state };
      const status = (JSON.parse(JSON.stringify(state)) as { customStatus?: unknown }).customStatus;
      this.largestStatus = Math.max(this.largestStatus, JSON.stringify(status ?? null).length * 2);
    }
    return state;
  }

  async #activity(name: string, input: unknown): Promise<unknown> {
    switch (name) {
      case ACTIVITY.perform:
        this.#count('perform');
        return await this.#performAll(input as Effect[]);
      case ACTIVITY.report: {
        const delivery = input as Delivery;
        const error = this.#options.report?.(delivery, this.#count(`report ${JSON.stringify(delivery.message)}`));
        if (error) throw error;
        await this.harness.raise(delivery.parent, INBOX, delivery.message);
        return undefined;
      }
      case ACTIVITY.begin:
        return await this.#begin(input as NodeInput);
      case ACTIVITY.poll:
        return await this.#poll(input as PollInput);
      case ACTIVITY.remove:
        return this.#removeStep(input as RemoveStepInput);
      default:
        this.#count(name);
        return undefined;
    }
  }

  async #performAll(effects: Effect[]): Promise<EffectOutcome[]> {
    const outcomes = await Promise.all(effects.map((effect) => this.#perform(effect)));
    if (this.#options.interrupted) await this.#interrupt();
    return outcomes;
  }

  async #interrupt(): Promise<void> {
    const turns = () => this.calls.get('turns') ?? 0;
    const ended = () => TERMINAL.includes(this.harness.store.instance('event-demo')?.status ?? '');
    const next = turns() + 1;
    const dies = this.#options.dies?.(next);
    await this.harness.raise('event-demo', INBOX, { type: 'noise' });
    while (!ended() && (dies || turns() < next)) await new Promise((resolve) => setImmediate(resolve));
  }

  async #perform(effect: Effect): Promise<EffectOutcome> {
    switch (effect.effect) {
      case 'start':
        if ((await this.harness.status(effect.instanceId)).status === 404)
          await this.harness.start(effect.orchestration, effect.instanceId, effect.input);
        return { ok: true };
      case 'drop':
        await this.harness.call('POST', `/instances/${effect.instanceId}/terminate?reason=x`);
        return { ok: true };
      case 'probe': {
        const found = await Promise.all(
          effect.instanceIds.map((id) => this.harness.status(id).then(({ status, body }) => ({ id, status, body }))),
        );
        return {
          ok: true,
          ended: found.flatMap(({ id, status, body }) =>
            status === 404
              ? [{ instanceId: id, runtimeStatus: 'absent' as const }]
              : TERMINAL.includes(body.runtimeStatus)
                ? [{ instanceId: id, runtimeStatus: body.runtimeStatus, output: body.output }]
                : [],
          ),
        };
      }
      case 'learn':
      case 'index':
      case 'unstage':
        return { ok: true };
    }
  }

  async #fenced(input: NodeInput): Promise<boolean> {
    return input.spec.kind !== 'expires-tag' && LEAVING.includes(await this.state(input.event));
  }

  async #begin(input: NodeInput): Promise<NodeStep> {
    const nth = this.#count(`begin ${input.node}-${input.attempt}`);
    const given = this.#options.begin?.(input, nth);
    if (given instanceof Error) throw given;
    if (given) return given;
    if (await this.#fenced(input)) return { step: 'stopped', reason: 'fence' };
    const { spec } = input;
    if (spec.kind === 'resource-group') this.resources.add(input.resourceGroup);
    else if (spec.kind === 'secrets') for (const { secret } of spec.make) this.secrets.add(secret);
    else if ('name' in spec && spec.kind !== 'power') this.resources.add(spec.name);
    if (spec.kind === 'discard') for (const each of Object.values(spec.names)) this.resources.delete(each);
    const finish = this.clock.now() + (this.#options.seconds?.(input) ?? input.expectedSeconds) * 1000;
    return { step: 'running', token: String(finish) };
  }

  async #poll(input: PollInput): Promise<NodeStep> {
    const nth = this.#count(`poll ${input.node}-${input.attempt}`);
    const given = this.#options.poll?.(input, nth);
    if (given instanceof Error) throw given;
    if (given) return given;
    if (await this.#fenced(input)) return { step: 'stopped', reason: 'fence' };
    return this.clock.now() >= Number(input.token) ? { step: 'done' } : { step: 'running', token: input.token };
  }

  #removeStep(input: RemoveStepInput): RemoveStep {
    const given = this.#options.removeStep?.(input, this.#count(`remove ${input.action}`));
    if (given instanceof Error) throw given;
    if (given) return given;
    switch (input.action) {
      case 'hear':
        return { step: 'heard', resources: [] };
      case 'list':
        return {
          step: 'listed',
          exists: this.resources.size > 0,
          resources: [...this.resources].map((name) => ({ id: `/${name}`, type: 'x', name })),
        };
      case 'delete':
        return { step: 'deleting', token: String(this.clock.now() + 120_000) };
      case 'poll':
        if (this.clock.now() < Number(input.token)) return { step: 'deleting', token: input.token ?? '' };
        this.resources.clear();
        return { step: 'gone' };
      case 'secrets':
        this.secrets.clear();
        return { step: 'gone' };
      case 'purge':
        return { step: 'gone' };
      case 'verify':
        return this.resources.size + this.secrets.size === 0
          ? { step: 'gone' }
          : {
              step: 'remains',
              resources: [...this.resources].map((name) => ({ id: `/${name}`, type: 'x', name })),
              secrets: [...this.secrets],
            };
    }
  }
}
