import { beforeEach, expect, test } from 'vitest';
import { powerOf } from '../../activities/kinds/machine/power.ts';
import { begin, poll } from '../../activities/node.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { DEPLOYMENT, durableWith, GROUP, MemoryArm, nodeInput, SUBSCRIPTION } from './arm.ts';

let arm: MemoryArm;
beforeEach(() => {
  arm = new MemoryArm();
  arm.install();
});

type Power = Extract<NodeSpec, { kind: 'power' }>;
const NAMES = { machine: 'mixer-french-demo', containers: 'relay-demo-westeurope' };
const COMPONENTS = { machine: 'mixer-french', containers: 'relay' };
const TYPES = {
  machine: 'Microsoft.Compute/virtualMachines',
  containers: 'Microsoft.ContainerInstance/containerGroups',
};
type Target = keyof typeof NAMES;
const specOf = (target: Target, action: Power['action']): Power => ({
  kind: 'power',
  of: target,
  component: COMPONENTS[target],
  name: NAMES[target],
  action,
});

/** Puts a machine or container group into Azure whose view says `state`. */
function stands(target: Target, state: string, tags: Record<string, string> = { deployment: DEPLOYMENT }): void {
  const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/${TYPES[target]}/${NAMES[target]}`;
  const body =
    target === 'machine'
      ? { properties: { instanceView: { statuses: [{ code: `PowerState/${state}` }] } } }
      : { properties: { provisioningState: 'Succeeded', containers: [], osType: 'Linux', instanceView: { state } } };
  arm.resources.set(id.toLowerCase(), { body: { ...body, tags } });
}
const sent = () => arm.seen.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));

test.each([
  ['machine', 'restart', 'deallocated', 'start'],
  ['machine', 'redeploy', 'deallocated', 'start'],
  ['machine', 'restart', 'stopped', 'start'],
  ['machine', 'restart', 'running', 'restart'],
  ['machine', 'redeploy', 'running', 'redeploy'],
  ['machine', 'stop', 'running', 'deallocate'],
  ['containers', 'restart', 'Stopped', 'start'],
  ['containers', 'restart', 'Running', 'restart'],
] as const)('%s: to %s what is %s sends %s', async (target, action, state, request) => {
  stands(target, state);
  await begin(nodeInput(specOf(target, action)), durableWith());
  expect(sent()).toEqual([request]);
});

test('since when a machine is off is what its last operation says, where that deallocated it', () => {
  const time = new Date('2026-11-21T10:00:00Z');
  const view = (power: string, state = 'succeeded') => ({
    statuses: [{ code: `ProvisioningState/${state}`, time }, { code: `PowerState/${power}` }],
  });
  expect(powerOf(view('deallocated'))).toEqual({ power: 'deallocated', offAt: time.getTime() });
  // Powered off from inside: it costs on.
  expect(powerOf(view('stopped'))).toEqual({ power: 'stopped' });
  expect(powerOf(view('running'))).toEqual({ power: 'running' });
  expect(powerOf(view('deallocated', 'updating'))).toEqual({ power: 'deallocated' });
  expect(powerOf(undefined)).toEqual({});
});

test('what is still going off is waited for, then started', async () => {
  const input = nodeInput(specOf('machine', 'restart'));
  stands('machine', 'deallocating');
  const first = await begin(input, durableWith());
  expect(first).toMatchObject({ step: 'running', detail: 'deallocating' });
  expect(sent()).toEqual([]);
  stands('machine', 'deallocated');
  await poll({ ...input, token: first.step === 'running' ? first.token : '' }, durableWith());
  expect(sent()).toEqual(['start']);
});

const STRANGERS = [{}, { deployment: 'other-mabc1234-a1b2c3d4' }, { Deployment: DEPLOYMENT, deployment: 'another' }];
test.each(
  (['machine', 'containers'] as const).flatMap((target) =>
    (['start', 'stop', 'restart', 'redeploy'] as const).flatMap((action) =>
      STRANGERS.map((tags) => [target, action, tags] as const),
    ),
  ),
)('%s: to %s what is tagged %o is refused, and nothing is sent', async (target, action, tags) => {
  for (const state of ['running', 'deallocated', 'stopped', 'deallocating']) {
    stands(target, state, tags);
    expect(await begin(nodeInput(specOf(target, action)), durableWith())).toMatchObject({
      step: 'failed',
      failure: { class: 'foreign', resource: expect.stringContaining(NAMES[target]) },
    });
  }
  expect(sent()).toEqual([]);
});

test('what a policy re-cased is ours; what is given away while it is waited for is not touched', async () => {
  const input = nodeInput(specOf('machine', 'restart'));
  stands('machine', 'deallocating', { DEPLOYMENT });
  const first = await begin(input, durableWith());
  stands('machine', 'deallocated', { deployment: 'other-mabc1234-a1b2c3d4' });
  const token = first.step === 'running' ? first.token : '';
  expect(await poll({ ...input, token }, durableWith())).toMatchObject({
    step: 'failed',
    failure: { class: 'foreign' },
  });
  expect(sent()).toEqual([]);
});
