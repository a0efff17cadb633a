import { afterEach, expect, test } from 'vitest';
import { PORTS } from '../../ports/index.ts';
import { perHost } from '../../ports/per-host.ts';

const globals = globalThis as { [PORTS]?: unknown };
afterEach(() => {
  delete globals[PORTS];
});

test('what is kept is made once for each host, and is there again with its host', () => {
  let made = 0;
  const kept = perHost(() => ({ nth: ++made }));
  const [one, other] = [{}, {}];
  const under = (host: object) => {
    globals[PORTS] = host;
    return kept().nth;
  };
  expect([under(one), under(one), under(other), under(one)]).toEqual([1, 1, 2, 1]);
  delete globals[PORTS];
  expect([kept().nth, kept().nth]).toEqual([3, 3]);
});

test('what could not be made is tried again', () => {
  let tries = 0;
  const kept = perHost(() => {
    if (++tries === 1) throw new Error('not yet');
    return tries;
  });
  expect(() => kept()).toThrow('not yet');
  expect(kept()).toBe(2);
});
