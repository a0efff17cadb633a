/** Machines by number: a template without languages whose agents say which component they are. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { leftovers, settled, teardown } from './look.ts';
import { APP_DIR, World } from './world.ts';

let folder: string;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'counted-'));
  const { languages: _, ...template } = parse(readFileSync(join(APP_DIR, 'templates/multilingual.yaml'), 'utf8'));
  const { windows, stream: _key, ...secrets } = template.secrets;
  const { light: _light, ...components } = template.components;
  const { each: _each, mixing: _mixing, ...mixer } = components.mixer;
  const counted = {
    ...template,
    name: 'counted',
    secrets: {
      ...secrets,
      windows,
      stream: { make: 'passphrase', vault: 'mixers', each: 'mixer' },
    },
    components: { ...components, mixer: { ...mixer, count: 2, stem: 'id' } },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'counted.yaml'), stringify(counted));
  world = await World.create({ seed: 'counted', settings: { TEMPLATES_DIR: folder } });
}, 240_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const machines = async () =>
  (await world.resources())
    .filter(({ type }) => /virtualMachines$/i.test(type))
    .map(({ name }) => name)
    .sort();

it('are heard, scaled and removed, each with secrets of its own', { timeout: 240_000 }, async () => {
  const accepted = await world.call('POST', '/api/deploy', { event: 'studio', template: 'counted' });
  expect(accepted.status, accepted.text).toBe(202);
  expect(await world.until('studio', ['live', 'failed'])).toMatchObject({ state: 'live' });
  expect(await machines()).toEqual(['mixer-1-studio', 'mixer-2-studio']);
  const scaled = await world.call('POST', '/api/events/studio/scale', { component: 'mixer', count: 3 });
  expect(await settled(world, String(scaled.body.operationId))).toMatchObject({ outcome: 'done' });
  expect(await machines()).toEqual(['mixer-1-studio', 'mixer-2-studio', 'mixer-3-studio']);
  await teardown(world, 'studio');
  await world.until('studio', ['gone']);
  expect(await leftovers(world)).toEqual([]);
});
