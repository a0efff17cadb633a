import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stack } from './stack.ts';

let stack: Stack;
beforeAll(async () => {
  const outcome = {
    kind: 'error',
    status: 409,
    code: 'AllocationFailed',
    message: 'We do not have sufficient capacity',
  };
  const match = { type: 'Microsoft.Compute/virtualMachines', name: '*-french-*', operation: 'create' };
  stack = await new Stack({ faults: [{ match, outcome }] }).start();
});
afterAll(() => stack.dispose());

describe('a deployment whose French mixer gets no capacity, whatever the size', () => {
  it('ends failed, says why, and leaves nothing in Azure', async () => {
    const deploy = await stack.cli('deploy congress --vm-sizes Standard_D2s_v3,Standard_D2s_v5');
    expect(deploy).toMatchObject({ code: 1, out: '' });
    expect(deploy.err).toContain('mixer-french: AllocationFailed: We do not have sufficient capacity');
    expect(deploy.err).toContain('nothing remains');
    expect(deploy.err).toMatch(/hint: .*regions/);
    expect(await stack.resources()).toEqual([]);

    const status = await stack.cli('status congress -o json');
    expect(JSON.parse(status.out)).toMatchObject({ state: 'failed', connection: null, cost: { perHour: 0 } });
    expect(status.out).toContain('AllocationFailed');
    const journal = await stack.cli('journal congress');
    expect(journal.out).toMatch(/node-failed +mixer-french: AllocationFailed/);
    expect(journal.out).toContain('is verified empty');
  });

  it('gives its name free: the same event deploys once there is room', async () => {
    await stack.sim('DELETE', '/_sim/faults');
    expect((await stack.cli('deploy congress --progress none -o none')).code).toBe(0);
    expect((await stack.cli('teardown congress --confirm -o none')).code).toBe(0);
    expect(await stack.resources()).toEqual([]);
    const past = JSON.parse((await stack.cli('list --past -o json')).out) as { state: string }[];
    expect(past.map(({ state }) => state).sort()).toEqual(['failed', 'gone']);
  });
});
