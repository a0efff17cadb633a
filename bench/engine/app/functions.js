// The workloads, as an ordinary durable-functions app.
const df = require('durable-functions');

df.app.activity('echo', { handler: (value) => value });
df.app.orchestration('chain', function* (context) {
  let value = 0;
  for (let i = 0; i < context.df.getInput(); i++) value = yield context.df.callActivity('echo', i);
  return value;
});
df.app.orchestration('fan', function* (context) {
  const tasks = Array.from({ length: context.df.getInput() }, (_, i) => context.df.callActivity('echo', i));
  return (yield context.df.Task.all(tasks)).length;
});
df.app.orchestration('sleep', function* (context) {
  yield context.df.createTimer(new Date(context.df.getInput()));
  globalThis[Symbol.for('bench.woke')]?.(context.df.instanceId);
  // For who is in another process.
  return Date.now();
});
df.app.orchestration('inbox', function* (context) {
  for (let i = 0; i < context.df.getInput(); i++) {
    yield context.df.waitForExternalEvent('message');
    yield context.df.callActivity('echo', i);
  }
});
