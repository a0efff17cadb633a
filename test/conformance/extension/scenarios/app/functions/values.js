// biome-ignore-all lint/correctness/useYield: some orchestrators wait for nothing, which is what they are for
// What comes in, what goes out, how an orchestrator ends, what it knows of itself.
const { plain, at } = require('./plain.js');

plain(
  'input',
  function* (context) {
    const input = context.df.getInput();
    return [typeof input, input];
  },
  ...[undefined, null, '', 'text', '42', 42, 1.5, true, false, [], [1, [2]], {}, { a: { b: null } }],
  ...[2 ** 53, 1e21, 1e-7, -0, '音 😀 \u2028', { ключ: 'знач', 'a.b': 1, '': 2 }],
  ...['2026-11-24T10:00:00.000Z', { at: '2026-11-24T10:00:00.000Z' }, { at: '2026-11-24T10:00:00.120Z' }],
  ...[{ Timestamp: '2026-11-24T10:00:00Z' }, { $type: 'System.String' }, { $ref: '1' }, 'x'.repeat(100_000)],
);
plain(
  'output',
  function* (context) {
    const outputs = {
      nothing: undefined,
      null: null,
      empty: '',
      text: 'text',
      digits: '42',
      jsonText: '{"a":1}',
      true: true,
      false: false,
      zero: 0,
      float: 1.25,
      huge: 1e21,
      big: 2 ** 53,
      nan: Number.NaN,
      array: [1, null, 'a'],
      nested: { a: [{ b: '音 😀' }] },
      date: new Date(0),
      dateText: '2026-11-24T10:00:00.000Z',
      dateInside: { at: '2026-11-24T10:00:00.000Z' },
      error: new Error('returned'),
      wide: 'y'.repeat(100_000),
    };
    return outputs[context.df.getInput()];
  },
  ...['nothing', 'null', 'empty', 'text', 'digits', 'jsonText', 'true', 'false', 'zero', 'float', 'huge', 'big', 'nan'],
  ...['array', 'nested', 'date', 'dateText', 'dateInside', 'error', 'wide'],
);
plain(
  'throws',
  function* (context) {
    const kind = context.df.getInput();
    if (kind.endsWith('Later')) yield context.df.callActivity('echo', 1);
    switch (kind.replace('Later', '')) {
      case 'text':
        throw 'a text';
      case 'object':
        throw { code: 7 };
      case 'nothing':
        throw undefined;
      case 'lines':
        throw new Error('one\ntwo "three" 音');
      case 'empty':
        throw new Error('');
      case 'long':
        throw new Error('z'.repeat(20_000));
      default:
        throw new TypeError('of a type');
    }
  },
  ...['error', 'text', 'object', 'nothing', 'lines', 'empty', 'long', 'errorLater', 'textLater', 'linesLater'],
);
plain('yieldsNoTask', function* () {
  yield 5;
});
plain('yieldsNothing', function* () {
  yield undefined;
});
plain('noGenerator', () => 'a value');
plain('asyncGenerator', async function* () {
  yield 1;
});
plain('knowsItself', function* (context) {
  yield context.df.callActivity('echo', 1);
  const { instanceId, parentInstanceId, version } = context.df;
  return { instanceId, parentInstanceId: parentInstanceId ?? 'none', version: version ?? 'none' };
});
plain('replaying', function* (context) {
  const seen = [context.df.isReplaying];
  for (const letter of ['a', 'b']) {
    yield context.df.callActivity('echo', letter);
    seen.push(context.df.isReplaying);
  }
  return seen;
});
plain('deterministic', function* (context) {
  const guids = [context.df.newGuid(context.df.instanceId), context.df.newGuid(context.df.instanceId)];
  const before = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(at(context, 1000));
  const after = context.df.currentUtcDateTime.getTime();
  return [guids[0] !== guids[1], guids.every((id) => /^[0-9a-f-]{36}$/.test(id)), after >= before];
});
plain(
  'status',
  function* (context) {
    context.df.setCustomStatus(context.df.getInput());
    yield context.df.callActivity('echo', 1);
    return 'ok';
  },
  ...['text', '', 0, 7, 1.5, true, false, null, [], [1], {}, { a: { b: '音 😀' } }, '42', '{"a":1}'],
  ...[
    '2026-11-24T10:00:00.000Z',
    { at: '2026-11-24T10:00:00.000Z' },
    's'.repeat(8189),
    's'.repeat(8191),
    's'.repeat(9000),
  ],
);
plain('statusAtTheEnd', function* (context) {
  yield context.df.callActivity('echo', 1);
  context.df.setCustomStatus('after the last task');
  return 'ok';
});
plain('statusThenThrows', function* (context) {
  yield context.df.callActivity('echo', 1);
  context.df.setCustomStatus({ before: 'the error' });
  throw new Error('after the status');
});
plain('statusManyTimes', function* (context) {
  for (let n = 0; n < 4; n++) {
    context.df.setCustomStatus({ n });
    yield context.df.callActivity('echo', n);
  }
});
// The first run's code schedules something else than every later one's.
const seen = new Set();
const once = (context) => {
  const first = !seen.has(context.df.instanceId);
  seen.add(context.df.instanceId);
  return first;
};
plain(
  'changes',
  function* (context) {
    const first = once(context);
    switch (context.df.getInput()) {
      case 'name':
        yield context.df.callActivity(first ? 'echo' : 'tell', 1);
        break;
      case 'kind':
        yield first ? context.df.callActivity('echo', 1) : context.df.createTimer(at(context, 500));
        break;
      case 'fewer':
        if (first) yield context.df.callActivity('echo', 1);
        break;
      case 'child':
        yield first ? context.df.callSubOrchestrator('child', 1) : context.df.callActivity('echo', 1);
        break;
      default:
        yield context.df.callActivity('echo', first ? 1 : 2);
    }
    return yield context.df.callActivity('echo', 'last');
  },
  ...['name', 'kind', 'fewer', 'child', 'input'],
);
