const df = require('durable-functions');

const counts = new Map();
const bump = (key) => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts.get(key);
};
let running = 0;
let most = 0;

df.app.activity('echo', { handler: (value) => value });
df.app.activity('other', { handler: (value) => value });
df.app.activity('count', { handler: (key) => bump(key) });
df.app.activity('pending', {
  handler: async () => {
    const n = bump('pending');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return n;
  },
});
df.app.activity('busy', {
  handler: async () => {
    running++;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running--;
    return most;
  },
});
df.app.activity('flakyOnce', {
  handler: (key) => {
    const n = bump(`flaky ${key}`);
    if (n === 1) throw new Error('first time');
    return n;
  },
});

df.app.orchestration('echoes', function* (context) {
  return yield context.df.callActivity('echo', context.df.getInput());
});
df.app.orchestration('waits', function* (context) {
  const before = yield context.df.callActivity('echo', 'before');
  const data = yield context.df.waitForExternalEvent('go');
  return [before, data, yield context.df.callActivity('echo', 'after')];
});
df.app.orchestration('sleeps', function* (context) {
  const start = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(new Date(start + context.df.getInput()));
  return context.df.currentUtcDateTime.getTime() - start;
});
df.app.orchestration('mixed', function* (context) {
  const n = context.df.getInput();
  const squares = yield context.df.Task.all(
    Array.from({ length: n }, (_, i) => context.df.callActivity('echo', i * i)),
  );
  const children = yield context.df.Task.all([1, 2, 3].map((i) => context.df.callSubOrchestrator('echoes', i)));
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 31 * 86_400_000));
  const id = new df.EntityId('counter', 'c');
  context.df.signalEntity(id, 'add', n);
  const total = yield context.df.callEntity(id, 'get');
  return { squares, children, total, guid: context.df.newGuid(context.df.instanceId) };
});
df.app.orchestration('reuses', function* (context) {
  const pending = context.df.callActivity('pending');
  const quick = context.df.callActivity('echo', 1);
  yield context.df.Task.any([pending, quick]);
  yield context.df.Task.any([pending, context.df.callActivity('echo', 2)]);
});
df.app.activity('seen', { handler: (key) => counts.get(key) });
df.app.orchestration('peeks', function* (context) {
  return yield context.df.callActivity('seen', context.df.getInput());
});
df.app.orchestration('leavesTimer', function* (context) {
  const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + context.df.getInput()));
  yield context.df.Task.any([timer, context.df.callActivity('echo', 1)]);
  return 'done';
});
df.app.orchestration('collects', function* (context) {
  const got = [];
  for (let i = 0; i < context.df.getInput(); i++) got.push(yield context.df.waitForExternalEvent('n'));
  return got;
});
df.app.orchestration('crowd', function* (context) {
  const all = Array.from({ length: context.df.getInput() }, () => context.df.callActivity('busy'));
  return Math.max(...(yield context.df.Task.all(all)));
});
// biome-ignore lint/correctness/useYield: an orchestrator that awaits nothing is a case of its own
df.app.orchestration('status', function* (context) {
  context.df.setCustomStatus('x'.repeat(context.df.getInput()));
  return 'ok';
});
df.app.orchestration('unknown', function* (context) {
  return yield context.df.callActivity('nowhere');
});
df.app.orchestration('changes', function* (context) {
  const n = bump('changes');
  return yield context.df.callActivity(n === 1 ? 'echo' : 'other', n);
});
df.app.orchestration('rewindParent', function* (context) {
  const first = yield context.df.callActivity('count', `parent ${context.df.getInput()}`);
  const child = yield context.df.callSubOrchestrator('rewindChild', context.df.getInput());
  return { first, child };
});
df.app.orchestration('rewindChild', function* (context) {
  const first = yield context.df.callActivity('count', `child ${context.df.getInput()}`);
  const flaky = yield context.df.callActivity('flakyOnce', context.df.getInput());
  return { first, flaky };
});
df.app.entity('counter', (context) => {
  const value = context.df.getState(() => 0);
  if (context.df.operationName === 'add') context.df.setState(value + context.df.getInput());
  else context.df.return(value);
});
df.app.orchestration('tellsOnce', function* (context) {
  if (context.df.getInput()?.again !== true) {
    context.df.setCustomStatus('first');
    yield context.df.waitForExternalEvent('go');
    context.df.continueAsNew({ again: true });
    return;
  }
  yield context.df.waitForExternalEvent('go');
});

df.app.entity('troubled', (context) => {
  if (context.df.operationName === 'break') throw new Error('broken');
  context.df.setState(1);
  context.df.return('fine');
});
df.app.orchestration('asksTroubled', function* (context) {
  const id = new df.EntityId('troubled', 'k');
  yield context.df.callEntity(id, 'fine');
  try {
    yield context.df.callEntity(id, 'break');
  } catch {
    return 'caught';
  }
});
df.app.orchestration('locks', function* (context) {
  const id = new df.EntityId('troubled', 'l');
  const lock = yield context.df.lock(id);
  yield context.df.callEntity(id, 'fine');
  lock.release();
});
