import { beforeEach, expect, test } from 'vitest';
import { begin, poll } from '../../activities/node.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { DEPLOYMENT, durableWith, GROUP, MemoryArm, nodeInput, SUBSCRIPTION } from './arm.ts';

let arm: MemoryArm;
beforeEach(() => {
  arm = new MemoryArm();
  arm.install();
});

type Power = Extract<NodeSpec, { kind: 'power' }>;
const NAMES = { mixer: 'mixer-french-demo', container: 'relay-demo-westeurope' };
const TYPES = { mixer: 'Microsoft.Compute/virtualMachines', container: 'Microsoft.ContainerInstance/containerGroups' };
const specOf = (target: Power['target'], action: Power['action']): Power => ({
  kind: 'power',
  target,
  name: NAMES[target],
  action,
});

/** Puts a machine or container group into Azure whose view says `state`. */
function stands(
  target: Power['target'],
  state: string,
  tags: Record<string, string> = { deployment: DEPLOYMENT },
): void {
  const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/${TYPES[target]}/${NAMES[target]}`;
  const body =
    target === 'mixer'
      ? { properties: { instanceView: { statuses: [{ code: `PowerState/${state}` }] } } }
      : { properties: { provisioningState: 'Succeeded', containers: [], osType: 'Linux', instanceView: { state } } };
  arm.resources.set(id.toLowerCase(), { body: { ...body, tags } });
}
const sent = () => arm.seen.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));

test.each([
  ['mixer', 'restart', 'deallocated', 'start'],
  ['mixer', 'redeploy', 'deallocated', 'start'],
  ['mixer', 'restart', 'stopped', 'start'],
  ['mixer', 'restart', 'running', 'restart'],
  ['mixer', 'redeploy', 'running', 'redeploy'],
  ['mixer', 'stop', 'running', 'deallocate'],
  ['container', 'restart', 'Stopped', 'start'],
  ['container', 'restart', 'Running', 'restart'],
] as const)('%s: to %s what is %s sends %s', async (target, action, state, request) => {
  stands(target, state);
  await begin(nodeInput(specOf(target, action)), durableWith());
  expect(sent()).toEqual([request]);
});

test('what is still going off is waited for, then started', async () => {
  const input = nodeInput(specOf('mixer', 'restart'));
  stands('mixer', 'deallocating');
  const first = await begin(input, durableWith());
  expect(first).toMatchObject({ step: 'running', detail: 'deallocating' });
  expect(sent()).toEqual([]);
  stands('mixer', 'deallocated');
  await poll({ ...input, token: first.step === 'running' ? first.token : '' }, durableWith());
  expect(sent()).toEqual(['start']);
});

const STRANGERS = [{}, { deployment: 'other-mabc1234-a1b2c3d4' }, { Deployment: DEPLOYMENT, deployment: 'another' }];
test.each(
  (['mixer', 'container'] as const).flatMap((target) =>
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
  const input = nodeInput(specOf('mixer', 'restart'));
  stands('mixer', 'deallocating', { DEPLOYMENT });
  const first = await begin(input, durableWith());
  stands('mixer', 'deallocated', { deployment: 'other-mabc1234-a1b2c3d4' });
  const token = first.step === 'running' ? first.token : '';
  expect(await poll({ ...input, token }, durableWith())).toMatchObject({
    step: 'failed',
    failure: { class: 'foreign' },
  });
  expect(sent()).toEqual([]);
});
