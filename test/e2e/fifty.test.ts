import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stack } from './stack.ts';

/** Low, because what 50 languages cost the machine itself is on the wall clock and must fit the scaled health gates. */
const TIME_SCALE = 20;
const LANGUAGES = Array.from(
  { length: 50 },
  (_, index) => `lang${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
);

let stack: Stack;
beforeAll(async () => {
  stack = await new Stack({ timeScale: TIME_SCALE }).start();
});
afterAll(() => stack.dispose());

describe('fifty languages', () => {
  it('deploy and go away again', async () => {
    const deploy = await stack.cli([
      'deploy',
      'babel',
      '--languages',
      LANGUAGES.join(','),
      '--progress',
      'none',
      '-o',
      'json',
    ]);
    expect(deploy).toMatchObject({ code: 0, err: '' });
    const status = JSON.parse(deploy.out) as {
      createdAt: string;
      readyAt: string;
      connection: { mixers: { host: string }[] };
    };
    expect(new Set(status.connection.mixers.map(({ host }) => host)).size).toBe(50);
    const simulated = ((Date.parse(status.readyAt) - Date.parse(status.createdAt)) / 1000) * TIME_SCALE;
    const { json } = await stack.api<{ criticalPathSeconds: number }>('POST', '/api/plan', {
      event: 'babel-two',
      languages: LANGUAGES,
    });
    console.log(
      `50 languages: ${Math.round(simulated)} simulated seconds from group to LIVE; critical path of the plan ${json.criticalPathSeconds} s`,
    );
    const machines = (await stack.resources()).filter(({ type }) => type === 'Microsoft.Compute/virtualMachines');
    expect(machines).toHaveLength(50);
    expect((await stack.cli('teardown babel --confirm --progress none -o none')).code).toBe(0);
    expect(await stack.resources()).toEqual([]);
  }, 240_000);
});
