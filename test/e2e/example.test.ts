/** The example template by the command line: checked, deployed, scaled, healed, removed; the control plane is killed on the way. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, Stack } from './stack.ts';

const EXAMPLE = 'examples/templates/two-relays.yaml';
const GROUPS = 'microsoft.containerinstance/containergroups';

let stack: Stack;
beforeAll(async () => {
  // As examples/README.md says, relative to where it is started.
  stack = await new Stack({ settings: { TEMPLATES_DIR: 'examples/templates' } }).start();
});
afterAll(() => stack.dispose());

const groups = async (): Promise<string[]> =>
  (await stack.resources())
    .filter(({ type }) => type.toLowerCase() === GROUPS)
    .map(({ name }) => name)
    .sort();

const state = async (): Promise<unknown> => JSON.parse((await stack.cli('status two -o json')).out).state;

describe('two relays in two regions', { timeout: 180_000 }, () => {
  it('are a template that is valid, and what is wrong in one is said with its path', async () => {
    expect(await stack.cli(`template validate ${join(ROOT, EXAMPLE)}`)).toMatchObject({ code: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'template-'));
    const text = readFileSync(join(ROOT, EXAMPLE), 'utf8').replaceAll('otherRegion}', 'nowhere}');
    writeFileSync(join(folder, 'wrong.yaml'), text);
    const { code, err } = await stack.cli(['template', 'validate', join(folder, 'wrong.yaml')]);
    expect(code).toBe(2);
    expect(err).toContain('components.backup.region');
  });

  it('come up, are asked for, scaled, healed and removed', async () => {
    const deployed = await stack.cli('deploy two --template two-relays --progress plain');
    expect(deployed, deployed.err).toMatchObject({ code: 0 });
    expect(deployed.out).toContain('srt://two-backup-');
    expect(await groups()).toHaveLength(3);

    const refused = await stack.cli('scale two tap 51');
    expect(refused.code).toBe(2);
    expect((await stack.cli('scale two main 2')).err).toContain('only tap can be scaled');

    // Answered and killed before it is done: the next start goes on with it.
    expect(await stack.cli('scale two tap 3 --no-wait')).toMatchObject({ code: 0 });
    await stack.kill();
    await stack.start();
    await expect.poll(groups).toHaveLength(5);
    await expect.poll(state).toBe('live');

    // Nothing destructive is done to what is well; what is not well is healed without being asked.
    expect((await stack.cli('remediate two backup --dry-run')).out).toContain('backup is healthy');
    const match = { type: 'Microsoft.ContainerInstance/containerGroups', name: 'backup-two*' };
    await stack.sim('PUT', '/_sim/faults', [{ match, times: 1, outcome: { kind: 'unhealthy' } }]);
    await expect.poll(async () => (await stack.cli('journal two')).out).toMatch(/remedy +backup: restart/);
    await expect.poll(state).toBe('live');

    expect(await stack.cli('scale two tap 1')).toMatchObject({ code: 0 });
    expect((await groups()).filter((name) => name.startsWith('tap'))).toHaveLength(1);

    expect(await stack.cli('teardown two --confirm')).toMatchObject({ code: 0 });
    expect(await stack.resources()).toEqual([]);
    expect((await stack.cli('certificate two')).out).toMatch(/0 resources and 0 secrets left/);
  });
});
