// Entities: state, calls, signals, errors, deletion, critical sections.
const df = require('durable-functions');

df.app.entity('Counter', (context) => {
  const value = context.df.getState(() => 0);
  switch (context.df.operationName) {
    case 'add':
      context.df.setState(value + context.df.getInput());
      break;
    case 'get':
      context.df.return(value);
      break;
    case 'forward':
      context.df.signalEntity(new df.EntityId('Counter', context.df.getInput()), 'add', value);
      break;
    case 'delete':
      context.df.destructOnExit();
      break;
    default:
      throw { reason: `no operation ${context.df.operationName}` };
  }
});
df.app.entity('Register', (context) => {
  if (context.df.operationName === 'read') context.df.return(context.df.getState(() => []));
  else context.df.setState([...context.df.getState(() => []), context.df.getInput()]);
});
df.app.entity('SwitchedOff', () => {});

const counter = (key) => new df.EntityId('Counter', key);

df.app.orchestration('calls', function* (context) {
  const id = counter(context.df.instanceId);
  yield context.df.callEntity(id, 'add', 5);
  context.df.signalEntity(id, 'add', 2);
  return yield context.df.callEntity(id, 'get');
});
df.app.orchestration('callFails', function* (context) {
  try {
    yield context.df.callEntity(counter('f'), 'nonsense');
  } catch (error) {
    return error.message;
  }
  return 'nothing was thrown';
});
df.app.orchestration('callFailsUncaught', function* (context) {
  yield context.df.callEntity(counter('f'), 'nonsense');
});
df.app.orchestration('offEntity', function* (context) {
  yield context.df.callEntity(new df.EntityId('SwitchedOff', 'k'), 'any');
});
df.app.orchestration('transfer', function* (context) {
  const [from, to] = [counter('from'), counter('to')];
  context.df.signalEntity(from, 'add', 100);
  const lock = yield context.df.lock(to, from);
  try {
    yield context.df.callEntity(from, 'add', -30);
    yield context.df.callEntity(to, 'add', 30);
  } finally {
    lock.release();
  }
  return `from=${yield context.df.callEntity(from, 'get')};to=${yield context.df.callEntity(to, 'get')}`;
});
df.app.orchestration('nestedLocks', function* (context) {
  yield context.df.lock(counter('a'));
  yield context.df.lock(counter('b'));
});
df.app.orchestration('holds', function* (context) {
  const lock = yield context.df.lock(counter('held'));
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5000));
  const until = context.df.currentUtcDateTime.getTime();
  lock.release();
  return until;
});
df.app.orchestration('forgetsLock', function* (context) {
  yield context.df.lock(counter('forgotten'));
  return 'released by the end';
});
df.app.orchestration('throwsInLock', function* (context) {
  yield context.df.lock(counter('forgotten'));
  throw new Error('in the section');
});
