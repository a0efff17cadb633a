/**
 * The present version is released in a copy of the tree; then shared code and rules are changed there under the next version. What
 * began before must not notice.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REDUCER_VERSION as NOW } from '../../domain/lifecycle/version.ts';
import { FROZEN } from '../../domain/lifecycle/versions/index.ts';
import { ORCHESTRATION } from '../../domain/seam/functions.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import { decodeStatus } from '../../domain/status/decode.ts';
import type { EncodedStatus } from '../../domain/status/encoded.ts';
import { lifecycle as before } from '../../orchestrations/lifecycle.ts';
import { freeze, frozenProblems } from '../../scripts/freeze-reducer.ts';
import { inputOf } from '../domain/fixtures.ts';
import { digest, recordings } from './recorded.ts';
import { type Handler, runOrchestrator, Stage } from './stage.ts';

const ROOT = join(import.meta.dirname, '../..');

const NEXT = NOW + 1;

/** In which file, what, by what. */
type Edit = readonly [string, string, string];
/** Changes of the next version: how things are named and in which order they are made (code that all share), and a rule. */
const CHANGES: readonly [Edit, ...Edit[]] = [
  ['domain/lifecycle/version.ts', `REDUCER_VERSION = ${NOW}`, `REDUCER_VERSION = ${NEXT}`],
  ['domain/names.ts', '`pip-${', '`address-${'],
  ['domain/plan/graph.ts', '...shared(template),\n    ...members', '...shared(template).reverse(),\n    ...members'],
  ['domain/lifecycle/expiry.ts', 'Math.min(1800,', 'Math.min(900,'],
];

let copy: string;
let upgraded: {
  lifecycle: Handler;
  machine: typeof import('../../domain/lifecycle/machine.ts');
};

function edit([path, from, to]: Edit): void {
  const text = readFileSync(join(copy, path), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(copy, path), text.replace(from, to));
}

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'versions-'));
  for (const folder of ['contract', 'domain', 'orchestrations', 'test/fixtures/lifecycle'])
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  if (!FROZEN[NOW]) expect(await freeze(copy)).toBe(NOW);
  expect(await frozenProblems(copy)).toEqual([]);
  const [version, ...changes] = CHANGES;
  for (const change of changes) edit(change);
  expect(await frozenProblems(copy)).toEqual([expect.stringContaining('raise REDUCER_VERSION')]);
  edit(version);
  expect(await frozenProblems(copy)).toEqual([]);
  upgraded = {
    lifecycle: (await import(join(copy, 'orchestrations/lifecycle.ts'))).lifecycle,
    machine: await import(join(copy, 'domain/lifecycle/machine.ts')),
  };
});
afterAll(() => rmSync(copy, { recursive: true }));

/** Names of public addresses that stand. */
const addresses = ({ resources }: Stage): string[] => [...resources].filter((name) => /^(pip|address)-/.test(name));

const histories = recordings().filter(({ name }) => name.startsWith(`v${NOW}-`));

it.each(histories)('$name asks for the very same as before', async ({ recording }) => {
  const trigger = JSON.stringify(recording.trigger);
  const result = digest(await runOrchestrator(ORCHESTRATION.lifecycle, trigger, upgraded.lifecycle));
  expect(result).toEqual({ actions: recording.actions, statusHash: recording.statusHash });
});

it.each(histories)('$name would ask for something else under the next version', async ({ recording }) => {
  const trigger = recording.trigger as { input: LifecycleInput };
  const next = JSON.stringify({ ...trigger, input: { ...trigger.input, version: NEXT } });
  const result = await runOrchestrator(ORCHESTRATION.lifecycle, next, upgraded.lifecycle).then(digest, () => undefined);
  expect(result?.actions).not.toEqual(recording.actions);
});

it('a live event goes on as it began, and new ones are of the next version', async () => {
  let build: Handler = before;
  const stage = await Stage.open({ lifecycle: () => build });
  const input = inputOf({ languages: ['en', 'fr'] });
  await stage.deploy(input);
  await stage.until('live');

  build = upgraded.lifecycle;
  const added = await stage.command(input, 'a'.repeat(16), {
    command: 'languages',
    add: ['de'],
    remove: ['fr'],
    keysGiven: false,
  });
  await stage.untilEnded(`op-${added}`);
  expect(await stage.output(`op-${added}`)).toMatchObject({ outcome: 'done' });
  expect(addresses(stage)).toEqual(['pip-en-demo', 'pip-de-demo']);
  const shown = (await stage.harness.status('event-demo')).body.customStatus as EncodedStatus;
  expect(upgraded.machine.readStatus(input, shown)).toEqual(decodeStatus(input, shown));
  expect(upgraded.machine.readStatus({ ...input, version: NEXT }, shown)).not.toEqual(decodeStatus(input, shown));
  await stage.command(input, 'teardown', { command: 'teardown' });
  await stage.untilEnded();
  expect(await stage.output('event-demo')).toMatchObject({ state: 'gone' });

  await stage.deploy(inputOf({ event: 'later', languages: ['en', 'fr'] }, { version: NEXT }));
  await stage.run(3600);
  expect(await stage.state('later')).toBe('live');
  expect(addresses(stage)).toEqual(['address-en-later', 'address-fr-later']);
  await stage.close();
});

it('a version that a build has no more is refused by name', () => {
  const input: LifecycleInput = { ...inputOf(), version: NEXT + 1 };
  expect(() => upgraded.machine.machineOf(input)).toThrow(`${NOW}, ${NEXT}: current value is ${NEXT + 1}`);
});

it('an edited frozen version is seen', async () => {
  edit([`domain/lifecycle/versions/${NOW}/reducer.ts`, 'Math.min(1800,', 'Math.min(1700,']);
  expect(await frozenProblems(copy)).toEqual([expect.stringContaining('was edited after it was frozen')]);
});
