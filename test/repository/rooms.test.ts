/** The event's own rooms know components and kinds; what a product is made of stands in its templates. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOMS = ['domain/lifecycle', 'domain/status', 'domain/plan', 'orchestrations', 'entities', 'durable'];
const PART = /relay|slides|mixer/i;

/** Lines that name a part; versions of the reducer that were frozen stay as they were. */
const named = (room: string): string[] =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('versions'))
    .flatMap((path) => {
      const lines = readFileSync(join(room, path), 'utf8').split('\n');
      return lines.flatMap((line, at) => (PART.test(line) ? [`${room}/${path}:${at + 1} ${line.trim()}`] : []));
    });

test.each(ROOMS)('%s names no part of a product', (room) => {
  expect(named(room)).toEqual([]);
});

test('a room that names one would be seen', () => {
  expect(named('domain/kinds').length).toBeGreaterThan(0);
});
