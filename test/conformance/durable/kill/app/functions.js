// A workload of everything that has to survive a kill: activities, timers, events, entities, locks, sub-orchestrations, generations.
const df = require('durable-functions');

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
df.app.activity('work', {
  handler: async ({ n, ms }) => {
    await wait(ms);
    return n * 2;
  },
});
df.app.activity('fails', {
  handler: () => {
    throw new Error('as it must');
  },
});
df.app.entity('tally', (context) => {
  const value = context.df.getState(() => 0);
  switch (context.df.operationName) {
    case 'add':
      context.df.setState(value + context.df.getInput());
      break;
    default:
      context.df.return(value);
  }
});

const later = (context, ms) => context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ms));

df.app.orchestration('chain', function* (context) {
  let n = context.df.getInput();
  for (let i = 0; i < 8; i++) n = yield context.df.callActivity('work', { n: n + i, ms: 3 });
  return n;
});
df.app.orchestration('fan', function* (context) {
  const n = context.df.getInput();
  const all = Array.from({ length: 10 }, (_, i) => context.df.callActivity('work', { n: n + i, ms: i }));
  return (yield context.df.Task.all(all)).reduce((a, b) => a + b, 0);
});
df.app.orchestration('naps', function* (context) {
  for (let i = 0; i < 4; i++) yield later(context, 15);
  return 'rested';
});
df.app.orchestration('family', function* (context) {
  const n = context.df.getInput();
  const children = yield context.df.Task.all([
    context.df.callSubOrchestrator('chain', n),
    context.df.callSubOrchestrator('fan', n, `${context.df.instanceId}:fan`),
  ]);
  return [...children, yield context.df.callSubOrchestrator('naps')];
});
df.app.orchestration('listens', function* (context) {
  const heard = [];
  for (let i = 0; i < 5; i++) {
    context.df.setCustomStatus({ waitsFor: i + 1 });
    heard.push(yield context.df.waitForExternalEvent('word'));
  }
  return heard;
});
df.app.orchestration('counts', function* (context) {
  const id = new df.EntityId('tally', context.df.instanceId);
  for (let i = 1; i <= 5; i++) {
    context.df.signalEntity(id, 'add', i);
    yield context.df.callEntity(id, 'add', 100);
  }
  return yield context.df.callEntity(id, 'get');
});
df.app.orchestration('adds', function* (context) {
  const shared = new df.EntityId('tally', context.df.getInput());
  for (let i = 0; i < 3; i++) {
    const lock = yield context.df.lock(shared);
    const before = yield context.df.callEntity(shared, 'get');
    yield context.df.callActivity('work', { n: 0, ms: 2 });
    yield context.df.callEntity(shared, 'add', 1);
    const after = yield context.df.callEntity(shared, 'get');
    lock.release();
    if (after !== before + 1) throw new Error(`somebody else held the lock: ${before} became ${after}`);
  }
  return 'added';
});
df.app.orchestration('reads', function* (context) {
  return yield context.df.callEntity(new df.EntityId('tally', context.df.getInput()), 'get');
});
df.app.orchestration('ages', function* (context) {
  const n = context.df.getInput();
  yield context.df.callActivity('work', { n, ms: 2 });
  if (n < 5) {
    context.df.continueAsNew(n + 1);
    return undefined;
  }
  return n;
});
df.app.orchestration('retries', function* (context) {
  const options = new df.RetryOptions(5, 3);
  try {
    yield context.df.callActivityWithRetry('fails', options);
  } catch (error) {
    return error.message.slice(0, 45);
  }
  return 'did not fail';
});
