import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT_STATES, is } from '../../domain/states.ts';

const ROOT = join(import.meta.dirname, '../..');
const ROOMS = ['domain', 'activities', 'functions', 'orchestrations', 'azure', 'cli'];
const NAME = `'(?:${EVENT_STATES.join('|')})'`;
/** Two states side by side in a list, in a chain of comparisons, or as cases that share what follows. */
const SETS = [
  new RegExp(`${NAME},\\s*${NAME}`),
  new RegExp(`=== ${NAME} \\|\\|[^\\n]*=== ${NAME}`),
  new RegExp(`!== ${NAME} &&[^\\n]*!== ${NAME}`),
  new RegExp(`case ${NAME}:\\s*case ${NAME}:`),
];

describe('facts about states', () => {
  it('stand in one table: no other file of the app writes a set of states', () => {
    const files = ROOMS.flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: ROOT }));
    expect(files.length).toBeGreaterThan(150);
    const found = files.filter((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8');
      return file !== join('domain', 'states.ts') && SETS.some((set) => set.test(text));
    });
    expect(found).toEqual([]);
  });

  it('fit together', () => {
    for (const state of EVENT_STATES) {
      if (is(state, 'steady')) expect(is(state, 'hears') && is(state, 'up') && is(state, 'settled'), state).toBe(true);
      if (is(state, 'up') || is(state, 'settled')) expect(is(state, 'wanted'), state).toBe(true);
      if (is(state, 'wanted') || is(state, 'removing')) expect(is(state, 'stands'), state).toBe(true);
      if (is(state, 'leaving')) expect(is(state, 'hears') || is(state, 'wanted'), state).toBe(false);
      if (is(state, 'removing') || is(state, 'final')) expect(is(state, 'leaving'), state).toBe(true);
    }
    expect(is('toString', 'up') || is('', 'up') || is(undefined, 'final')).toBe(false);
  });
});
