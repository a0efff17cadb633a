// biome-ignore-all lint/correctness/useYield: some orchestrators wait for nothing, which is what they are for
// Entities: state, calls, signals, errors, deletion, critical sections.
const df = require('durable-functions');
const { plain, caught } = require('./plain.js');

df.app.entity('Counter', (context) => {
  const { operationName } = context.df;
  const value = context.df.getState(() => 0);
  const input = context.df.getInput();
  switch (operationName) {
    case 'add':
      context.df.setState(value + input);
      break;
    case 'get':
      context.df.return(value);
      break;
    case 'tell':
      context.df.return([typeof input, input ?? 'none', context.df.entityName, context.df.entityKey]);
      break;
    case 'addThenFail':
      context.df.setState(value + 1);
      throw new Error('after the state');
    case 'failText':
      throw 'a text';
    case 'failObject':
      throw { code: 7 };
    case 'forward':
      context.df.signalEntity(new df.EntityId('counter', input), 'add', value);
      break;
    case 'delete':
      context.df.destructOnExit();
      break;
    case 'store':
      context.df.setState(input);
      break;
    default:
      throw new Error(`no operation ${operationName}`);
  }
});
const mine = (context, key = '') => new df.EntityId('Counter', `${context.df.instanceId}${key}`);

plain('entityCalls', function* (context) {
  const id = mine(context);
  yield context.df.callEntity(id, 'add', 5);
  yield context.df.callEntity(id, 'add', 2);
  return yield context.df.callEntity(id, 'get');
});
plain('entitySignals', function* (context) {
  const id = mine(context);
  for (let n = 0; n < 5; n++) context.df.signalEntity(id, 'add', n);
  return yield context.df.callEntity(id, 'get');
});
plain('entityInputs', function* (context) {
  const all = [];
  for (const value of [
    undefined,
    null,
    '',
    'text',
    '42',
    42,
    0,
    true,
    false,
    [1],
    { a: 1 },
    '2026-11-24T10:00:00.000Z',
  ])
    all.push(yield context.df.callEntity(mine(context), 'tell', value));
  return all;
});
plain('entityStates', function* (context) {
  const all = [];
  for (const value of [
    'text',
    '',
    0,
    false,
    null,
    [1],
    { a: '音' },
    '2026-11-24T10:00:00.000Z',
    { at: '2026-11-24T10:00:00.000Z' },
  ]) {
    yield context.df.callEntity(mine(context), 'store', value);
    all.push(yield context.df.callEntity(mine(context), 'get'));
  }
  return all;
});
plain('entityFails', function* (context) {
  yield context.df.callEntity(mine(context), 'nonsense');
});
plain('entityFailsCaught', function* (context) {
  const all = [];
  for (const operation of ['nonsense', 'addThenFail', 'failText', 'failObject']) {
    try {
      all.push(yield context.df.callEntity(mine(context), operation));
    } catch (error) {
      all.push(caught(error));
    }
  }
  return [...all, yield context.df.callEntity(mine(context), 'get')];
});
plain('entityUnknown', function* (context) {
  yield context.df.callEntity(new df.EntityId('ThereIsNone', 'k'), 'get');
});
plain('entityUnknownSignal', function* (context) {
  context.df.signalEntity(new df.EntityId('ThereIsNone', 'k'), 'get');
  return yield context.df.callActivity('echo', 1);
});
plain('entityForwards', function* (context) {
  const id = mine(context);
  yield context.df.callEntity(id, 'add', 3);
  yield context.df.callEntity(id, 'forward', `${context.df.instanceId}-to`);
  return yield context.df.callEntity(id, 'get');
});
plain('entityDeleted', function* (context) {
  const id = mine(context);
  yield context.df.callEntity(id, 'add', 3);
  yield context.df.callEntity(id, 'delete');
  return yield context.df.callEntity(id, 'get');
});
plain('entityInFan', function* (context) {
  const all = ['a', 'b', 'c'].map((key) => context.df.callEntity(mine(context, key), 'add', 1));
  yield context.df.Task.all([...all, context.df.callActivity('echo', 1)]);
  return yield context.df.callEntity(mine(context, 'b'), 'get');
});
plain('locks', function* (context) {
  const [from, to] = [mine(context, '-from'), mine(context, '-to')];
  yield context.df.callEntity(from, 'add', 100);
  const lock = yield context.df.lock(to, from);
  try {
    yield context.df.callEntity(from, 'add', -30);
    yield context.df.callEntity(to, 'add', 30);
  } finally {
    lock.release();
  }
  return [yield context.df.callEntity(from, 'get'), yield context.df.callEntity(to, 'get')];
});
plain('locksNested', function* (context) {
  yield context.df.lock(mine(context, '-a'));
  yield context.df.lock(mine(context, '-b'));
});
plain('locksForgotten', function* (context) {
  yield context.df.lock(mine(context, '-a'));
  return 'released by the end';
});
plain('locksThrows', function* (context) {
  yield context.df.lock(mine(context, '-a'));
  throw new Error('in the section');
});
plain('locksThenActivity', function* (context) {
  const lock = yield context.df.lock(mine(context, '-a'));
  const value = yield context.df.callActivity('echo', 'inside');
  lock.release();
  return [value, yield context.df.callActivity('echo', 'outside')];
});
