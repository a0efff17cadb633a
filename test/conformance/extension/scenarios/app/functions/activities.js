// biome-ignore-all lint/correctness/useYield: some orchestrators wait for nothing, which is what they are for
// Activities: values both ways, errors, retries, fan-out.
const df = require('durable-functions');
const { plain, caught } = require('./plain.js');

df.app.activity('tell', { handler: (value) => `${typeof value} ${JSON.stringify(value)}` });
df.app.activity('echo', { handler: (value) => value });
df.app.activity('fail', {
  handler: (text) => {
    throw new Error(text ?? 'failed');
  },
});
df.app.activity('failWith', {
  handler: (kind) => {
    switch (kind) {
      case 'text':
        throw 'a text';
      case 'object':
        throw { code: 7 };
      case 'nothing':
        throw undefined;
      case 'type':
        return null.x;
      case 'caused':
        throw new Error('outer', { cause: new Error('inner') });
      case 'lines':
        throw new Error('line one\nline two\tand "quotes" \\ {} 音');
      case 'empty':
        throw new Error('');
      case 'json':
        throw new Error('{"a":1}');
      case 'long':
        throw new Error('x'.repeat(5000));
      default:
        throw new RangeError('out of range');
    }
  },
});
df.app.activity('answer', {
  handler: (kind) => {
    const answers = {
      nothing: undefined,
      null: null,
      empty: '',
      text: 'text',
      digits: '42',
      jsonText: '{"a":[1]}',
      true: true,
      false: false,
      zero: 0,
      int: 42,
      negative: -7,
      float: 1.5,
      tiny: 1e-9,
      huge: 1e300,
      big: 2 ** 53,
      long: 4294967296,
      nan: Number.NaN,
      array: [1, 'a', null, true],
      nested: { a: { b: [{ c: null }] }, 'ключ "x"': '音楽 😀 \u0000\u001f\u2028' },
      date: '2026-11-24T10:00:00.000Z',
      dateInside: { at: '2026-11-24T10:00:00.000Z', short: '2026-11-24', offset: '2026-11-24T10:00:00+02:00' },
      proto: { __proto__: { inherited: 1 }, own: 2 },
      type: { $type: 'System.String', $id: '1', $ref: '2' },
      wide: 'x'.repeat(70_000),
    };
    return answers[kind];
  },
});
// Each attempt knows its number: the orchestrator's tasks are counted by instance, activity and key.
const attempts = new Map();
df.app.activity('flaky', {
  handler: ({ key, failures }, context) => {
    const name = `${context.triggerMetadata?.instanceId} ${key}`;
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    if (attempt <= failures) throw new Error(`attempt ${attempt}`);
    return attempt;
  },
});

const VALUES = [
  ...['', 'text', '42', 'true', 'null', '{"a":1}', '"quoted"', ' spaces ', '音 😀', 'a\nb'],
  ...[0, 42, -1, 1.5, 1e21, 2 ** 53, 4294967296, true, false, null],
  ...[[], [1], [[1]], ['a', null], {}, { a: 1 }, { a: { b: [false] } }],
  ...['2026-11-24T10:00:00.000Z', '2026-11-24', { at: '2026-11-24T10:00:00.000Z' }, { at: '2026-11-24T10:00:00Z' }],
];
plain('activityInputs', function* (context) {
  const all = [];
  for (const value of VALUES) all.push(yield context.df.callActivity('tell', value));
  all.push(yield context.df.callActivity('tell'));
  return all;
});
plain('activityEchoes', function* (context) {
  return yield context.df.Task.all(VALUES.map((value) => context.df.callActivity('echo', value)));
});
plain(
  'activityAnswers',
  function* (context) {
    const answer = yield context.df.callActivity('answer', context.df.getInput());
    return [typeof answer, answer];
  },
  ...[
    'nothing',
    'null',
    'empty',
    'text',
    'digits',
    'jsonText',
    'true',
    'false',
    'zero',
    'int',
    'negative',
    'float',
    'tiny',
  ],
  ...['huge', 'big', 'long', 'nan', 'array', 'nested', 'date', 'dateInside', 'proto', 'type', 'wide'],
);
plain(
  'activityFails',
  function* (context) {
    yield context.df.callActivity('failWith', context.df.getInput());
  },
  ...['text', 'object', 'nothing', 'type', 'caused', 'lines', 'empty', 'json', 'long', 'range'],
);
plain(
  'activityFailsCaught',
  function* (context) {
    try {
      yield context.df.callActivity('failWith', context.df.getInput());
      return 'nothing was thrown';
    } catch (error) {
      return [error.name, caught(error), error instanceof Error];
    }
  },
  ...['text', 'object', 'nothing', 'type', 'caused', 'lines', 'empty', 'json'],
);
plain('activityOfType', function* (context) {
  return [yield context.df.callActivity('tell', { $type: 'x' }), yield context.df.callActivity('echo', { $type: 'x' })];
});
plain('activityUnknown', function* (context) {
  yield context.df.callActivity('thereIsNone', 1);
});
plain('activityUnknownCaught', function* (context) {
  try {
    yield context.df.callActivity('thereIsNone', 1);
  } catch (error) {
    return caught(error);
  }
  return 'went on';
});
plain('activityCase', function* (context) {
  return yield context.df.callActivity('ECHO', 'in another case');
});
plain('activityIsOrchestrator', function* (context) {
  return yield context.df.callActivity('activityCase', 1);
});
plain('activityNoName', function* (context) {
  return yield context.df.callActivity('', 1);
});
plain(
  'retries',
  function* (context) {
    const { failures, attempts: most, first = 50, backoff, max, caughtHere } = context.df.getInput();
    const options = new df.RetryOptions(first, most);
    if (backoff) options.backoffCoefficient = backoff;
    if (max) options.maxRetryIntervalInMilliseconds = max;
    try {
      return yield context.df.callActivityWithRetry('flaky', options, { key: 'r', failures });
    } catch (error) {
      if (!caughtHere) throw error;
      return caught(error);
    }
  },
  { failures: 0, attempts: 3 },
  { failures: 2, attempts: 3 },
  { failures: 3, attempts: 3 },
  { failures: 3, attempts: 3, caughtHere: true },
  { failures: 9, attempts: 1 },
  { failures: 3, attempts: 5, backoff: 2 },
  { failures: 3, attempts: 5, backoff: 3, max: 100 },
  { failures: 1, attempts: 2, first: 1 },
);
plain('retriesBadOptions', function* (context) {
  return yield context.df.callActivityWithRetry('flaky', new df.RetryOptions(0, 3), { key: 'r', failures: 1 });
});
plain('retriesInFan', function* (context) {
  const options = new df.RetryOptions(50, 4);
  return yield context.df.Task.all(
    [0, 1, 2, 3].map((failures) =>
      context.df.callActivityWithRetry('flaky', options, { key: `f${failures}`, failures }),
    ),
  );
});
plain('fan', function* (context) {
  const all = yield context.df.Task.all([1, 2, 3, 4, 5].map((n) => context.df.callActivity('echo', n)));
  return all.reduce((sum, n) => sum + n, 0);
});
plain('fanOfHundred', function* (context) {
  const all = yield context.df.Task.all(Array.from({ length: 100 }, (_, n) => context.df.callActivity('echo', n)));
  return all.length;
});
plain('fanOfNone', function* (context) {
  return yield context.df.Task.all([]);
});
plain('anyOfNone', function* (context) {
  return yield context.df.Task.any([]);
});
plain('fanFails', function* (context) {
  yield context.df.Task.all([context.df.callActivity('echo', 1), context.df.callActivity('fail', 'in the fan')]);
});
plain('fanFailsCaught', function* (context) {
  try {
    yield context.df.Task.all([context.df.callActivity('fail', 'one'), context.df.callActivity('echo', 1)]);
  } catch (error) {
    return caught(error);
  }
  return undefined;
});
plain('fanOfFans', function* (context) {
  const { Task } = context.df;
  const echo = (n) => context.df.callActivity('echo', n);
  return yield Task.all([Task.all([echo(1), echo(2)]), Task.all([echo(3), Task.all([echo(4)])])]);
});
plain('sameTaskTwice', function* (context) {
  const task = context.df.callActivity('echo', 'once');
  const first = yield task;
  return [first, yield task];
});
plain('neverYielded', function* (context) {
  context.df.callActivity('echo', 'lost');
  return yield context.df.callActivity('echo', 'kept');
});
plain(
  'chain',
  function* (context) {
    let value = context.df.getInput();
    for (let n = 0; n < 10; n++) value = yield context.df.callActivity('echo', value + 1);
    return value;
  },
  0,
);
