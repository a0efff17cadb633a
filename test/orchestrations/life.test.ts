import { afterEach, describe, expect, it } from 'vitest';
import { compilePlan } from '../../domain/plan/compile.ts';
import type { NodeStep } from '../../domain/seam/node.ts';
import type { DeploymentRecord, OperationRecord } from '../../domain/seam/records.ts';
import { inputOf, installation, languages, multilingual } from '../domain/fixtures.ts';
import { broken, capacity } from '../domain/world.ts';
import { Stage, type StageOptions } from './stage.ts';

const open: Stage[] = [];
async function stageOf(options: StageOptions = {}): Promise<Stage> {
  const stage = await Stage.open(options);
  open.push(stage);
  return stage;
}
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

const outcome = async (stage: Stage, id: string) => (await stage.output(`op-${id}`)) as OperationRecord | undefined;
const begins = (stage: Stage) => [...stage.calls].filter(([key]) => key.startsWith('begin '));

describe('an event on the real SDK and engine, in virtual time', () => {
  it('is deployed, live, torn down and proven gone, each node once', async () => {
    const stage = await stageOf();
    const input = inputOf();
    await stage.deploy(input);
    expect(await stage.until('live')).toBe(true);
    expect(begins(stage)).toHaveLength(1 + 9 + 4 * 3);
    for (const [key, times] of begins(stage)) expect(times, key).toBe(1);
    expect(await outcome(stage, `${input.deploymentId}-op-deploy`)).toMatchObject({ outcome: 'done' });

    const teardown = await stage.command(input, 'teardown', { command: 'teardown' });
    expect(await stage.untilEnded()).toBe(true);
    expect(await stage.state()).toBe('gone');
    expect([stage.resources.size, stage.secrets.size]).toEqual([0, 0]);
    expect(await outcome(stage, teardown)).toMatchObject({ outcome: 'done' });
    const kept = (await stage.output(`record-${input.deploymentId}`)) as DeploymentRecord;
    expect(kept.certificate).toMatchObject({ outcome: 'gone', event: 'demo' });
    expect(kept.certificate.resources.every(({ removedAt }) => removedAt)).toBe(true);
    // Nothing of the deployment runs on.
    const instances = (await stage.harness.call('GET', '/instances')).body as {
      instanceId: string;
      runtimeStatus: string;
    }[];
    expect(instances.filter(({ runtimeStatus }) => runtimeStatus === 'Running' || runtimeStatus === 'Pending')).toEqual(
      [],
    );
  });

  it.each([3, 50])('with %i languages is live within a few per cent of the critical path', async (count) => {
    const stage = await stageOf();
    const input = inputOf({ languages: languages(count) });
    const begun = stage.clock.now();
    await stage.deploy(input);
    expect(await stage.until('live')).toBe(true);
    const seconds = (stage.clock.now() - begun) / 1000;
    const { criticalPathSeconds } = compilePlan(input.request, multilingual, installation);
    expect(seconds).toBeGreaterThanOrEqual(criticalPathSeconds);
    expect(seconds / criticalPathSeconds).toBeLessThan(count === 3 ? 1.03 : 1.05);
    expect(stage.largestStatus).toBeLessThanOrEqual(16_384);
    for (const [key, times] of begins(stage)) expect(times, key).toBe(1);
    // At most three calls and one per ten seconds of each resource's duration, looks and requests counted.
    for (const { id, expectedSeconds } of compilePlan(input.request, multilingual, installation).nodes)
      expect(stage.calls.get(`poll ${id}-1`) ?? 0, id).toBeLessThanOrEqual(1 + expectedSeconds / 10);
  });

  it('rolls back when the French mixer fails, and says so', async () => {
    const stage = await stageOf({
      poll: (node) => (node.node === 'mixer-french' ? { step: 'failed', failure: broken } : undefined),
    });
    const input = inputOf();
    await stage.deploy(input);
    expect(await stage.untilEnded()).toBe(true);
    expect(await stage.state()).toBe('failed');
    expect([stage.resources.size, stage.secrets.size]).toEqual([0, 0]);
    const deploy = await outcome(stage, `${input.deploymentId}-op-deploy`);
    expect(deploy).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('InvalidParameter') });
  });

  it('goes to the next size and then to the next region, and is still live', async () => {
    const stage = await stageOf({
      poll: (node) =>
        node.spec.kind === 'machine' && (node.region === 'westeurope' || node.spec.vmSize === 'Standard_D2s_v3')
          ? { step: 'failed', failure: capacity }
          : undefined,
    });
    const sizes = ['Standard_D2s_v3', 'Standard_D2s_v5'];
    await stage.deploy(inputOf({ vmSizes: sizes, regions: ['westeurope', 'northeurope'], languages: ['en'] }));
    expect(await stage.until('live')).toBe(true);
    expect([...stage.resources].filter((name) => name.startsWith('streaming-demo'))).toHaveLength(1);
    expect([...stage.resources].some((name) => name.includes('northeurope'))).toBe(true);
  });

  it('ends by itself when its time is over, not before; extended twice it outlives the first end', async () => {
    const stage = await stageOf();
    const input = inputOf({ ttl: '1h' });
    await stage.deploy(input);
    await stage.until('live');
    const begun = stage.clock.now();
    for (const [suffix, ttlSeconds] of [
      ['1', 7200],
      ['2', 10_800],
    ] as const) {
      const id = await stage.command(input, suffix.repeat(16), { command: 'extend', ttlSeconds });
      await stage.untilEnded(`op-${id}`);
      expect(await outcome(stage, id)).toMatchObject({ outcome: 'done' });
    }
    expect(await stage.untilEnded()).toBe(true);
    const lived = (stage.clock.now() - begun) / 1000;
    expect(lived).toBeGreaterThan(10_800 - 400);
    expect(lived).toBeLessThan(10_800 + 900);
    expect(stage.calls.get('deliver')).toBeGreaterThanOrEqual(3);
  });

  it('takes twenty commands at once, each exactly once', async () => {
    const stage = await stageOf();
    const input = inputOf();
    await stage.deploy(input);
    await stage.until('live');
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const suffix = index.toString(16).padStart(16, '0');
        return index % 2 === 0
          ? stage.command(input, suffix, { command: 'extend', ttlSeconds: 86_400 + index * 60 })
          : stage.command(input, suffix, { command: 'pause' });
      }),
    );
    const all = () => ids.every((id) => stage.harness.store.instance(`op-${id}`)?.status === 'Completed');
    expect(await stage.clock.drive(all, stage.clock.now() + 3_600_000)).toBe(true);
    const outcomes = await Promise.all(ids.map((id) => outcome(stage, id)));
    const pauses = outcomes.filter((each) => each?.command === 'pause').map((each) => each?.outcome);
    expect(pauses.filter((each) => each === 'done')).toHaveLength(1);
    expect(pauses.filter((each) => each === 'refused')).toHaveLength(9);
    expect(outcomes.filter((each) => each?.command === 'extend').every((each) => each?.outcome === 'done')).toBe(true);
    expect(await stage.state()).toBe('paused');
  });

  it('whose worker dies in any one turn goes on where it stood, and loses nothing', async () => {
    let died = 0;
    for (let dead = 1; ; dead++) {
      // What comes while an answer is waited for takes a turn; the answer is lost when that turn dies.
      const stage = await stageOf({ dies: (turn) => turn === dead, interrupted: true });
      const input = inputOf({ languages: ['en'] });
      await stage.deploy(input);
      const failed = () => stage.harness.store.instance('event-demo')?.status === 'Failed';
      await stage.clock.drive(async () => failed() || (await stage.state()) === 'live', stage.clock.now() + 3_600_000);
      if (!failed()) break;
      died++;
      await stage.run(20);
      await stage.takeUp(input.event);
      // What was said to it while it was dead is lost; the sweep asks it to look.
      await stage.say(input, { type: 'nudge' });
      expect(await stage.until('live'), String(dead)).toBe(true);
      for (const [key, times] of begins(stage)) expect(times, key).toBe(1);
      if (dead % 6 === 0) {
        await stage.command(input, 'teardown', { command: 'teardown' });
        expect(await stage.untilEnded(), String(dead)).toBe(true);
        expect(await stage.state()).toBe('gone');
        expect([stage.resources.size, stage.secrets.size]).toEqual([0, 0]);
      }
      await stage.close();
      open.pop();
    }
    expect(died).toBeGreaterThan(20);
  });

  it('whose worker dies again after it was taken up goes on as well', async () => {
    const stage = await stageOf({ dies: (turn) => [6, 11, 19].includes(turn), interrupted: true });
    const input = inputOf({ languages: ['en'] });
    await stage.deploy(input);
    for (let times = 0; times < 3; times++) {
      expect(await stage.untilEnded()).toBe(true);
      expect(stage.harness.store.instance('event-demo')?.status).toBe('Failed');
      await stage.takeUp(input.event);
      await stage.say(input, { type: 'nudge' });
    }
    expect(await stage.until('live')).toBe(true);
  });

  it('is empty after a teardown at any moment of the deployment', async () => {
    for (let percent = 0; percent <= 100; percent += 10) {
      const stage = await stageOf();
      const input = inputOf();
      await stage.deploy(input);
      await stage.run((percent / 100) * 280);
      await stage.command(input, 'teardown', { command: 'teardown' });
      expect(await stage.untilEnded()).toBe(true);
      expect([stage.resources.size, stage.secrets.size], `${percent} %`).toEqual([0, 0]);
      await stage.run(3600);
      expect(stage.resources.size, `${percent} %, an hour later`).toBe(0);
    }
  });
});

describe('a node', () => {
  const again = (afterSeconds: number): NodeStep => ({
    step: 'again',
    afterSeconds,
    failure: { class: 'throttled', code: 'TooManyRequests', message: 'slow down' },
  });

  it('honours Retry-After before anything was sent, and then goes on', async () => {
    const stage = await stageOf({ begin: (node, nth) => (node.node === 'vnet' && nth === 1 ? again(97) : undefined) });
    const begun = stage.clock.now();
    await stage.deploy(inputOf());
    expect(await stage.until('live')).toBe(true);
    expect(stage.calls.get('begin vnet-1')).toBe(2);
    expect((stage.clock.now() - begun) / 1000).toBeGreaterThan(97 + 250);
  });

  it('survives activities and reports that throw, and continues as new without losing its token', async () => {
    const stage = await stageOf({
      seconds: (node) => (node.node === 'relay' ? 1500 : node.expectedSeconds),
      poll: (node, nth) => (node.node === 'relay' && nth % 7 === 0 ? new Error('the worker died') : undefined),
      report: (_delivery, nth) => (nth <= 2 ? new Error('storage is away') : undefined),
    });
    await stage.deploy(inputOf());
    expect(await stage.until('live')).toBe(true);
    expect(stage.calls.get('poll relay-1')).toBeGreaterThan(60);
    expect(stage.calls.get('begin relay-1')).toBe(1);
  });

  it('gives up when its time is over, or when its activity does nothing but throw', async () => {
    for (const options of [
      { seconds: (node) => (node.node === 'vnet' ? 1e9 : node.expectedSeconds) },
      { begin: (node) => (node.node === 'vnet' ? new Error('a bug') : undefined) },
    ] satisfies StageOptions[]) {
      const stage = await stageOf(options);
      await stage.deploy(inputOf());
      expect(await stage.untilEnded()).toBe(true);
      expect(await stage.state()).toBe('failed');
      expect(stage.resources.size).toBe(0);
    }
  });
});

describe('a removal', () => {
  it('that meets a lock leaves the event failed with the reason, and repeats itself', async () => {
    let locked = true;
    const stage = await stageOf({
      removeStep: ({ action }) =>
        locked && action === 'delete'
          ? { step: 'failed', failure: { class: 'conflict', code: 'ScopeLocked', message: 'there is a lock' } }
          : undefined,
    });
    const input = inputOf();
    await stage.deploy(input);
    await stage.until('live');
    await stage.command(input, 'teardown', { command: 'teardown' });
    expect(await stage.until('failed')).toBe(true);
    locked = false;
    expect(await stage.untilEnded()).toBe(true);
    expect(await stage.state()).toBe('gone');
  });

  it('deletes again what came back after it was gone', async () => {
    const stage = await stageOf({
      removeStep({ action }, nth) {
        // A late PUT brings the group back once, after the first deletion.
        if (action === 'verify' && nth === 1) stage.resources.add('ghost');
        return undefined;
      },
    });
    const input = inputOf();
    await stage.deploy(input);
    await stage.until('live');
    await stage.command(input, 'teardown', { command: 'teardown' });
    expect(await stage.untilEnded()).toBe(true);
    expect(stage.calls.get('remove delete')).toBe(2);
    expect(stage.resources.size).toBe(0);
  });

  it('that asks to come again, and whose activity throws, still ends', async () => {
    const stage = await stageOf({
      removeStep: ({ action }, nth) =>
        action === 'poll' && nth === 2
          ? new Error('reset')
          : action === 'delete' && nth === 1
            ? { step: 'again', afterSeconds: 30, failure: capacity }
            : undefined,
    });
    const input = inputOf();
    await stage.deploy(input);
    await stage.until('live');
    await stage.command(input, 'teardown', { command: 'teardown' });
    expect(await stage.untilEnded()).toBe(true);
    expect(stage.resources.size).toBe(0);
  });
});
