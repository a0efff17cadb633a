import { expect, test } from 'vitest';
import { knownInput } from '../../durable/known-input.ts';
import { inputOf } from '../domain/fixtures.ts';

const read = () => JSON.parse(JSON.stringify(inputOf())) as unknown;

test('the same input is the same object, which nobody can change; another is another', () => {
  const first = knownInput('demo', read());
  expect(first).toEqual(inputOf());
  expect(knownInput('demo', read())).toBe(first);
  expect(() => first?.request.languages.push('german')).toThrow();
  const other = knownInput('demo', { ...(read() as object), acceptedAt: '2026-11-21T10:00:00.000Z' });
  expect(other).not.toBe(first);
  expect(other?.acceptedAt).toBe('2026-11-21T10:00:00.000Z');
});

test('what is no input of this event is none, whatever it is of another', () => {
  expect(knownInput('other', read())).toBeUndefined();
  expect(knownInput('demo', read())).toBeDefined();
  for (const odd of [{}, [], 'text', 7]) expect(knownInput('demo', odd)).toBeUndefined();
});
