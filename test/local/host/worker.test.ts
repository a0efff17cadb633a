import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InvocationResult, TypedData } from '../../../local/durable/ports.ts';
import { createWorker, type WorkerOptions } from '../../../local/host/worker.ts';

const apps = join(import.meta.dirname, 'apps');
const lines: string[] = [];
const options = (app: string, more: Partial<WorkerOptions> = {}): WorkerOptions => ({
  appDir: join(apps, app),
  log: (level, category, message, name) => lines.push(`${level} ${category} ${name ?? '-'} ${message}`),
  durableClientInput: () => '{}',
  ...more,
});
const value = (result: InvocationResult): TypedData | undefined => {
  if (!result.ok) throw new Error(result.message);
  return result.returnValue;
};

describe('loading', () => {
  test('an ES-module app with top-level await registers what it imports', async () => {
    const worker = await createWorker(options('esm'));
    expect(worker.names('activity')).toEqual(['shout']);
    expect(worker.names('orchestrator')).toEqual(['greet']);
    expect(worker.functions.map((f) => [f.name, f.trigger.type])).toContainEqual(['hello', 'httpTrigger']);
    expect(value(await worker.invoke('activity', 'SHOUT', { string: 'hey' }, 'i'))).toEqual({ string: 'hey!' });
  });

  test('a CommonJS app whose main is a pattern', async () => {
    const worker = await createWorker(options('cjs'));
    expect(worker.names('activity')).toContain('echo');
    expect(worker.names('activity')).toContain('hooked');
  });

  test('the recorded app loads unmodified', async () => {
    const worker = await createWorker(options('../../../fixtures/traces/app'));
    expect(worker.names('entity')).toEqual(['Counter', 'Boom']);
  });

  test('a disabled function is not there', async () => {
    const worker = await createWorker(options('cjs', { disabled: (name) => name === 'echo' }));
    expect(worker.names('activity')).not.toContain('echo');
    expect(await worker.invoke('activity', 'echo', {}, 'i')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/echo/),
    });
  });

  test.each([
    ['no package.json', {}, /package\.json does not exist/],
    ['no main', { 'package.json': '{}' }, /has no "main"/],
    ['no file', { 'package.json': '{"main":"gone.js"}' }, /entry point "gone\.js": File does not exist/],
    [
      'no match',
      { 'package.json': '{"main":"dist/*.js"}' },
      /entry point "dist\/\*\.js": Found zero files matching the supplied pattern/,
    ],
    [
      'throwing',
      { 'package.json': '{"main":"a.js"}', 'a.js': 'throw new Error("broken start")' },
      /entry point "a\.js": broken start/,
    ],
    ['not JSON', { 'package.json': '{' }, /Cannot read .*package\.json/],
  ])('%s is one clear error', async (_, files, message) => {
    const dir = mkdtempSync(join(tmpdir(), 'app-'));
    mkdirSync(dir, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    await expect(createWorker({ appDir: dir, log: () => {} })).rejects.toThrow(message);
  });
});

describe('invocations', () => {
  test.each<[string, TypedData | undefined]>([
    ['text', { string: 'x' }],
    ['whole', { int: 3 }],
    ['half', { double: 1.5 }],
    ['yes', { json: 'true' }],
    ['object', { json: '{"a":1}' }],
    ['none', undefined],
    ['gone', undefined],
  ])('a returned %s crosses as typed data', async (kind, expected) => {
    const worker = await createWorker(options('cjs'));
    expect(value(await worker.invoke('activity', 'kinds', { string: kind }, 'i'))).toEqual(expected);
  });

  test('bytes cross as bytes', async () => {
    const worker = await createWorker(options('cjs'));
    const result = value(await worker.invoke('activity', 'kinds', { string: 'bytes' }, 'i'));
    expect(Buffer.from(result?.bytes ?? []).toString()).toBe('hi');
  });

  test('errors become message and stack, thrown text too', async () => {
    const worker = await createWorker(options('cjs'));
    expect(await worker.invoke('activity', 'fails', {}, 'i')).toMatchObject({
      ok: false,
      message: 'does not work',
      stack: expect.stringContaining('TypeError'),
    });
    expect(await worker.invoke('activity', 'throwsText', {}, 'i')).toMatchObject({ ok: false, message: 'only text' });
  });

  test('an activity sees instanceId and data in its trigger metadata', async () => {
    const worker = await createWorker(options('cjs'));
    const result = value(await worker.invoke('activity', 'metadata', { string: '{"A":1}' }, 'instance-7'));
    // Camel-cased by @azure/functions; the name of the binding as recorded, test/fixtures/traces/one-activity.json.
    expect(JSON.parse(result?.json ?? '')).toEqual({
      instanceId: 'instance-7',
      data: { a: 1 },
      activityTrigger7996c743ef: { a: 1 },
      a: 1,
    });
    const nothing = value(await worker.invoke('activity', 'metadata', {}, 'i'));
    expect(JSON.parse(nothing?.json ?? '')).toEqual({ instanceId: 'i' });
  });

  test('no function can be registered after the start', async () => {
    const worker = await createWorker(options('cjs'));
    expect(value(await worker.invoke('activity', 'lateFunction', {}, 'i'))).toEqual({
      string: 'A function can only be registered during app startup.',
    });
  });

  test('hooks see and change inputs, handler, result, error and log lines', async () => {
    const worker = await createWorker(options('cjs'));
    await worker.start();
    expect(value(await worker.invoke('activity', 'hooked', { string: 'given' }, 'i'))).toEqual({
      string: '<replaced> shared',
    });
    expect(value(await worker.invoke('activity', 'rescued', {}, 'i'))).toEqual({ string: 'rescued' });
    // What is absent is null, as azure-functions-nodejs-e2e-tests expects of the real host (src/hooks.test.ts).
    expect((globalThis as { postContexts?: unknown[] }).postContexts?.slice(-2)).toEqual([
      [null, '<replaced> shared'],
      [null, 'rescued'],
    ]);
    expect(lines).toContain('information user hooked hidden');
    expect(value(await worker.invoke('activity', 'marks', {}, 'i'))).toEqual({ json: '["appStart"]' });
    const before = (globalThis as { terminatedApps?: number }).terminatedApps ?? 0;
    await worker.terminate();
    expect((globalThis as { terminatedApps?: number }).terminatedApps).toBe(before + 1);
  });
});
