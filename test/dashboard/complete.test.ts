/** Whatever can be done to an event by the API, and so by every command of the CLI, can be done on the page. What is only read comes by its stream. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { doors } from '../../functions/doors.ts';
import { APP_DIR } from '../system/world.ts';

const source = globSync('dashboard/src/**/*.{ts,tsx}', { cwd: APP_DIR })
  .map((file) => readFileSync(join(APP_DIR, file), 'utf8'))
  .join('\n');
/** `${path}/pause` and its like are put together from a list of names. */
const says = (verb: string): boolean =>
  new RegExp(`/api/events/\\$\\{[^}]+\\}/${verb}\\b`).test(source) || source.includes(`{power('${verb}'`);

test.each(
  doors.flatMap(({ method, route }) => {
    const verb = /^api\/events\/\{event\}\/([a-z/]+)$/.exec(route)?.[1];
    return verb === undefined || method === 'GET' ? [] : [[method, verb] as const];
  }),
)('%s %s has its place', (_method, verb) => {
  expect(says(verb)).toBe(true);
});

/** Of images: `${path}/use`, where path is that of the image. */
const ofImage = (verb: string): boolean =>
  source.includes(`\${path}/${verb}`) || new RegExp(`/api/images/\\$\\{[^}]+\\}/${verb}\\b`).test(source);

test.each(
  doors.flatMap(({ method, route }) => {
    const verb = /^api\/images\/\{image\}\/([a-z]+)/.exec(route)?.[1];
    return verb === undefined || method === 'GET' ? [] : [[method, verb] as const];
  }),
)('%s of an image: %s has its place', (_method, verb) => {
  expect(ofImage(verb)).toBe(true);
});

test('what has no place is noticed', () => {
  expect(says('explode')).toBe(false);
  expect(ofImage('explode')).toBe(false);
});

test('the page carries no validator: its policy forbids what a validator compiles, and it would double what comes', () => {
  const files = globSync('dashboard/built/**/*.js', { cwd: APP_DIR });
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => readFileSync(join(APP_DIR, file), 'utf8').includes('_zod'))).toEqual([]);
});
