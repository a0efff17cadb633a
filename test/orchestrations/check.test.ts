import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { orchestrators, violations } from '../../scripts/check-orchestrators.mjs';

const inside = (body: string): { line: number; message: string }[] =>
  violations(`function* f(context) {\n${body}\n}`) as { line: number; message: string }[];

describe('the check of orchestrators', () => {
  it.each(orchestrators() as { path: string; source: string }[])('finds nothing in $path', ({ source }) => {
    expect(violations(source)).toEqual([]);
  });

  it('sees every orchestrator', () => {
    const paths = (orchestrators() as { path: string }[]).map(({ path }) => path);
    for (const name of ['lifecycle', 'node', 'alarm', 'remove', 'results'])
      expect(paths).toContain(`orchestrations/${name}.ts`);
  });

  it.each([
    ['a stored task', 'const t = context.df.callActivity("a"); yield t;'],
    [
      'one task in two compounds',
      'const t = context.df.createTimer(d); yield context.df.Task.any([t]); yield context.df.Task.any([t]);',
    ],
    ['an event wait kept over a loop', 'const e = context.df.waitForExternalEvent("x"); for (;;) yield e;'],
    [
      'an event wait that can lose',
      'yield context.df.Task.any([context.df.createTimer(d), context.df.waitForExternalEvent("x")]);',
    ],
    ['a stored compound', 'const c = context.df.Task.all([context.df.callActivity("a")]); yield c;'],
    [
      'tasks collected in a list',
      'const all = ids.map((id) => context.df.callActivity(id)); yield context.df.Task.all(all);',
    ],
    ['a stored task behind a condition', 'yield flag ? t : context.df.callActivity("a");'],
    ['a task handed to a function', 'yield pick(context.df.callActivity("a"));'],
    ['the wall clock', 'const t = Date.now();'],
    ['a new date', 'const t = new Date();'],
    ['randomness', 'const r = Math.random();'],
    ['a promise', 'yield Promise.resolve(1);'],
    ['a timer of Node', 'setTimeout(() => {}, 1);'],
  ])('finds %s', (_what, body) => {
    expect(inside(body)).not.toEqual([]);
  });

  it('finds async and await', () => {
    expect(violations('async function f() { await g(); }')).toHaveLength(2);
  });

  it.each([
    'const r = (yield context.df.callActivity("a")) as string;',
    'yield flag ? context.df.callActivity("a") : context.df.callActivity("b");',
    'yield context.df.Task.all([context.df.callActivity("a"), context.df.createTimer(new Date(1))]);',
    'yield context.df.Task.all(ids.map((id) => context.df.callActivity(id)));',
    'yield* other(context);',
  ])('allows %s', (body) => {
    expect(inside(body)).toEqual([]);
  });

  it('names the line', () => {
    expect(inside('const a = "äöü";\nconst t = Date.now();')).toMatchObject([{ line: 3 }]);
  });
});
