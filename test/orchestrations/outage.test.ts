import { describe, expect, it } from 'vitest';
import { initialLayout } from '../../domain/plan/initial.ts';
import { nodeSpec } from '../../domain/plan/specs.ts';
import type { AlarmInput } from '../../domain/seam/alarm.ts';
import { ACTIVITY } from '../../domain/seam/functions.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import type { Notification } from '../../domain/seam/records.ts';
import type { RemoveInput } from '../../domain/seam/removal.ts';
import { alarm } from '../../orchestrations/alarm.ts';
import { node } from '../../orchestrations/node.ts';
import { notify } from '../../orchestrations/notify.ts';
import { remove } from '../../orchestrations/remove.ts';
import { inputOf, installation, T0 } from '../domain/fixtures.ts';
import { type Answer, type Call, drive } from './line.ts';

const HOURS = 3600;
const life = inputOf();
const TIMEOUT = 600;
const machine: NodeInput = {
  deploymentId: life.deploymentId,
  event: 'demo',
  parent: 'event-demo',
  node: 'vnet',
  attempt: 1,
  resourceGroup: 'streaming-demo-1',
  region: 'westeurope',
  tags: { deployment: life.deploymentId },
  spec: nodeSpec(life, initialLayout(life), 'vnet'),
  installation,
  pollSeconds: 10,
  expectedSeconds: 60,
  timeoutSeconds: TIMEOUT,
};
const running = { step: 'running', token: 't' };
const again = {
  step: 'again',
  afterSeconds: 5,
  failure: { class: 'throttled', code: 'TooManyRequests', message: 'x' },
};
/** What the activity of a node answers; reports are taken. */
const answers =
  (given: (call: Call) => Answer) =>
  (call: Call): Answer =>
    call.activity === ACTIVITY.report ? {} : given(call);

describe('a node whose host is away', () => {
  it('between a look and its answer takes the old "still running" for what it is, and is done', () => {
    const { output, calls } = drive(
      node,
      machine,
      answers(({ activity, nth }) => {
        if (activity === ACTIVITY.begin) return { value: running };
        return nth === 2
          ? { value: running, after: 6 * HOURS }
          : nth < 4
            ? { value: running }
            : { value: { step: 'done' } };
      }),
    );
    expect(output).toMatchObject({ outcome: 'done' });
    expect(calls.filter(({ activity }) => activity === ACTIVITY.poll)).toHaveLength(4);
  });

  it('between the request and its answer counts from the answer: then the work is known to have begun', () => {
    const { output } = drive(
      node,
      machine,
      answers(({ activity, nth }) =>
        activity === ACTIVITY.begin
          ? { value: running, after: 6 * HOURS }
          : { value: nth < 20 ? running : { step: 'done' } },
      ),
    );
    expect(output).toMatchObject({ outcome: 'done' });
  });

  it('while a timer runs asks again before it judges, also when Azure has more to do or is busy', () => {
    for (const other of [running, again]) {
      const { output } = drive(
        node,
        machine,
        answers(({ activity, nth }) =>
          activity === ACTIVITY.begin
            ? { value: other === again && nth < 4 ? again : running }
            : { value: nth < 4 ? running : { step: 'done' } },
        ),
        (due) => (due < 60 ? 6 * HOURS : 0),
      );
      expect(output, other.step).toMatchObject({ outcome: 'done' });
    }
  });

  it.each([
    ['is never done', () => ({ value: running })],
    ['is never done, behind outages', ({ nth }: Call) => ({ value: running, after: nth % 5 === 0 ? HOURS : 0 })],
    ['is never taken', () => ({ value: again })],
  ] as const)('what %s is given up after a look that was asked too late', (_what, given) => {
    const { output, calls } = drive(node, machine, answers(given as (call: Call) => Answer));
    expect(output).toMatchObject({ outcome: 'failed', failure: { class: 'timeout' } });
    const looks = calls.filter(({ activity }) => activity !== ACTIVITY.report);
    expect(looks.at(-1)?.at).toBeGreaterThanOrEqual(TIMEOUT);
    expect(looks.at(-2)?.at).toBeLessThan(TIMEOUT + (looks.length / 5) * HOURS);
  });

  it('goes on from generation to generation, and is given up in the end', () => {
    const { output, seconds } = drive(
      node,
      { ...machine, timeoutSeconds: 3000 },
      answers(() => ({ value: running })),
    );
    expect(output).toMatchObject({ outcome: 'failed', failure: { class: 'timeout' } });
    expect(seconds).toBeGreaterThanOrEqual(3000);
    expect(seconds).toBeLessThan(3100);
  });

  it('survives a worker that dies for minutes, and names an activity that only throws', () => {
    const dying = drive(
      node,
      machine,
      answers(({ activity, nth }) =>
        activity === ACTIVITY.begin
          ? { value: running }
          : nth <= 7
            ? { error: new Error('node exited with code 137') }
            : { value: { step: 'done' } },
      ),
    );
    expect(dying.output).toMatchObject({ outcome: 'done' });
    expect(dying.seconds).toBeGreaterThan(180);
    const broken = drive(
      node,
      machine,
      answers(() => ({ error: new Error('a bug') })),
    );
    expect(broken.output).toMatchObject({ outcome: 'failed', failure: { code: 'ActivityFailed', message: 'a bug' } });
  });
});

describe('a removal whose host is away', () => {
  const input: RemoveInput = {
    deploymentId: life.deploymentId,
    event: 'demo',
    parent: 'event-demo',
    n: 1,
    resourceGroup: 'streaming-demo-1',
    agents: ['mixer-original'],
    vaultSecrets: [],
    secrets: true,
    installation,
    pollSeconds: 10,
  };
  const deleting = { step: 'deleting', token: 't' };
  /** @param given overrides what an action is answered; `nth` counts the calls of that action */
  const removing = (given: (action: string, nth: number) => Answer | undefined) => {
    const counts = new Map<string, number>();
    return answers((call) => {
      const { action } = call.input as { action: string };
      const nth = (counts.get(action) ?? 0) + 1;
      counts.set(action, nth);
      const own = given(action, nth);
      if (own) return own;
      if (action === 'list') return { value: { step: 'listed', resources: [], exists: true } };
      return { value: action === 'delete' ? deleting : { step: 'gone' } };
    });
  };

  it.each([
    [
      'between the deletion and its answer',
      (action: string) => (action === 'delete' ? { value: deleting, after: 6 * HOURS } : undefined),
    ],
    [
      'between a look and its answer',
      (action: string, nth: number) =>
        action === 'poll' && nth < 3 ? { value: deleting, after: nth === 1 ? 6 * HOURS : 0 } : undefined,
    ],
    [
      'while Azure was busy',
      (action: string, nth: number) =>
        action !== 'list' && nth === 1 ? { value: again, after: 6 * HOURS } : undefined,
    ],
  ] as const)('%s is done', (_when, given) => {
    expect(drive(remove, input, removing(given)).output).toMatchObject({ outcome: 'gone', remains: [] });
  });

  it('that never ends is given up after a look that was asked too late, and one that Azure never takes too', () => {
    const endless = drive(
      remove,
      input,
      removing((action) => (action === 'poll' ? { value: deleting } : undefined)),
    );
    expect(endless.output).toMatchObject({ outcome: 'failed', failure: { class: 'timeout' } });
    expect(endless.seconds).toBeGreaterThanOrEqual(5400);
    expect(endless.seconds).toBeLessThan(5500);
    const refused = drive(
      remove,
      input,
      removing((action) => (action === 'delete' ? { value: again } : undefined)),
    );
    expect(refused.output).toMatchObject({ outcome: 'failed', failure: { class: 'throttled' } });
    // A list that is not given keeps nothing up.
    const listless = drive(
      remove,
      input,
      removing((action) => (action === 'list' ? { value: again } : undefined)),
    );
    expect(listless.output).toMatchObject({ outcome: 'gone' });
    expect(listless.seconds).toBeLessThan(1000);
  });
});

describe('telling people while the host is away', () => {
  const input: Notification = {
    deploymentId: life.deploymentId,
    event: 'demo',
    title: 'Demo',
    kind: 'live',
    text: 'live',
    at: new Date(T0).toISOString(),
  };
  const deliveries = (calls: readonly Call[]) => calls.filter(({ activity }) => activity === ACTIVITY.notify);

  it('an answer that comes late is an answer, and a refusal that comes late is not the last', () => {
    const once = drive(
      notify,
      input,
      answers(() => ({ after: 48 * HOURS })),
    );
    expect(deliveries(once.calls)).toHaveLength(1);
    const late = drive(
      notify,
      input,
      answers(({ nth }) => (nth <= 6 ? { error: new Error('Teams is away'), after: 48 * HOURS } : {})),
    );
    expect(deliveries(late.calls)).toHaveLength(7);
  });

  it('timers that fire days late cost no try', () => {
    let tries = 0;
    const refuse = answers(({ activity }) => {
      tries += activity === ACTIVITY.notify ? 1 : 0;
      return { error: new Error('Teams is away') };
    });
    expect(() => drive(notify, input, refuse, () => 48 * HOURS)).toThrow('Teams is away');
    expect(tries).toBe(30);
  });
});

describe('an alarm whose host is away', () => {
  const input: AlarmInput = {
    deploymentId: life.deploymentId,
    parent: 'event-demo',
    alarm: 'ttl',
    generation: 1,
    at: new Date(T0 + 100 * HOURS * 1000).toISOString(),
  };
  it('rings when it is back, once, and never early', () => {
    const early = drive(alarm, input, () => ({}));
    expect(early.seconds).toBe(100 * HOURS);
    const late = drive(
      alarm,
      input,
      ({ nth }) => (nth === 1 ? { error: new Error('reset'), after: HOURS } : {}),
      () => 9 * HOURS,
    );
    expect(late.output).toMatchObject({ type: 'alarm', alarm: 'ttl', generation: 1 });
    expect(late.calls).toHaveLength(2);
    expect(late.calls[0]?.at).toBeGreaterThanOrEqual(100 * HOURS);
  });
});
