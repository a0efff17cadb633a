// What the public samples of durable-functions and the extension's end-to-end app do with activities, sub-orchestrations, timers and events.
const df = require('durable-functions');

const attempts = new Map();
const attempt = (key) => {
  attempts.set(key, (attempts.get(key) ?? 0) + 1);
  return attempts.get(key);
};
const at = (context, ms) => new Date(context.df.currentUtcDateTime.getTime() + ms);

df.app.activity('hello', { handler: (name) => `Hello ${name}!` });
df.app.activity('describe', { handler: (value) => `${typeof value} ${JSON.stringify(value)}` });
df.app.activity('raise', {
  handler: () => {
    throw new Error('This activity failed');
  },
});
df.app.activity('failTwice', {
  handler: (key) => {
    const n = attempt(key);
    if (n <= 2) throw new Error(`failure ${n}`);
    return 'Success';
  },
});
df.app.activity('makeLarge', { handler: (kb) => 'x'.repeat(kb * 1024) });
df.app.activity('attempts', { handler: (key) => attempts.get(key) ?? 0 });
df.app.activity('unlucky', {
  handler: ({ key, failures }) => {
    const n = attempt(key);
    if (n <= failures) throw new Error(`unlucky ${n}`);
    return n;
  },
});
df.app.activity('lucky', { handler: (key) => attempt(key) });
df.app.activity('switchedOff', { handler: () => 'never' });

df.app.orchestration('cities', function* (context) {
  const all = [];
  for (const city of ['Tokyo', 'Seattle', 'London']) all.push(yield context.df.callActivity('hello', city));
  return all;
});
df.app.orchestration('rethrow', function* (context) {
  yield context.df.callActivity('raise');
});
df.app.orchestration('catch', function* (context) {
  try {
    yield context.df.callActivity('raise');
  } catch (error) {
    return error.message;
  }
  return 'nothing was thrown';
});
df.app.orchestration('retry', function* (context) {
  return yield context.df.callActivityWithRetry('failTwice', new df.RetryOptions(5000, 3), context.df.instanceId);
});
df.app.orchestration('retryInVain', function* (context) {
  return yield context.df.callActivityWithRetry('raise', new df.RetryOptions(1000, 2));
});
df.app.orchestration('retryByHand', function* (context) {
  for (;;) {
    try {
      return yield context.df.callActivity('failTwice', context.df.instanceId);
    } catch {
      yield context.df.createTimer(at(context, 1000));
    }
  }
});
df.app.orchestration('subRetry', function* (context) {
  const options = new df.RetryOptions(10_000, 3);
  return yield context.df.callSubOrchestratorWithRetry(
    'child',
    options,
    context.df.instanceId,
    `${context.df.instanceId}:0`,
  );
});
df.app.orchestration('child', function* (context) {
  return yield context.df.callActivity('failTwice', context.df.getInput());
});
df.app.orchestration('inputs', function* (context) {
  const values = ['text', 42, 1.5, true, null, [1, 'a'], { nested: { b: [false] } }, ''];
  const all = [];
  for (const value of values) all.push(yield context.df.callActivity('describe', value));
  return all;
});
df.app.orchestration('timeout', function* (context) {
  const { limit, work } = context.df.getInput();
  const deadline = context.df.createTimer(at(context, limit));
  const task = context.df.callSubOrchestrator('nap', work);
  const winner = yield context.df.Task.any([task, deadline]);
  if (winner !== task) return 'timed out';
  deadline.cancel();
  return task.result;
});
df.app.orchestration('nap', function* (context) {
  yield context.df.createTimer(at(context, context.df.getInput()));
  return 'done in time';
});
df.app.orchestration('approval', function* (context) {
  const who = yield context.df.waitForExternalEvent('Approval');
  return `approved by ${who}`;
});
df.app.orchestration('forever', function* (context) {
  for (let i = 0; i < 100_000; i++) yield context.df.createTimer(at(context, 100));
});
df.app.orchestration('large', function* (context) {
  return yield context.df.callActivity('makeLarge', context.df.getInput());
});
// biome-ignore lint/correctness/useYield: awaits nothing
df.app.orchestration('versioned', function* (context) {
  return `Version: '${context.df.version}'`;
});
df.app.orchestration('versionedParent', function* (context) {
  const input = context.df.getInput();
  const version = input === '' ? undefined : input;
  return yield context.df.callSubOrchestrator('versioned', undefined, undefined, version);
});
df.app.orchestration('replaying', function* (context) {
  const seen = [context.df.isReplaying];
  for (const letter of ['a', 'b', 'c']) {
    yield context.df.callActivity('hello', letter);
    seen.push(context.df.isReplaying);
  }
  return seen;
});
df.app.orchestration('offActivity', function* (context) {
  return yield context.df.callActivity('switchedOff');
});
df.app.orchestration('counting', function* (context) {
  const n = context.df.getInput();
  yield context.df.createTimer(at(context, 30_000));
  if (n < 10) {
    context.df.continueAsNew(n + 1);
    return undefined;
  }
  return n;
});
df.app.orchestration('status', function* (context) {
  for (const city of ['Tokyo', 'Seattle']) {
    yield context.df.callActivity('hello', city);
    context.df.setCustomStatus({ last: city });
  }
  yield context.df.waitForExternalEvent('end');
  return 'ok';
});
df.app.orchestration('http', function* (context) {
  const response = yield context.df.callHttp(context.df.getInput());
  return { status: response.statusCode, content: response.content };
});
df.app.orchestration('rewindTop', function* (context) {
  const failures = context.df.getInput();
  const id = context.df.instanceId;
  yield context.df.Task.all([
    context.df.callSubOrchestrator('rewindGood', `${id} good`),
    context.df.callSubOrchestrator('rewindMiddle', { key: `${id} one`, failures }),
    context.df.callSubOrchestrator('rewindMiddle', { key: `${id} two`, failures }),
  ]);
  return 'through';
});
df.app.orchestration('rewindGood', function* (context) {
  yield context.df.callActivity('lucky', context.df.getInput());
});
df.app.orchestration('rewindMiddle', function* (context) {
  const { key, failures } = context.df.getInput();
  yield context.df.callActivity('lucky', `${key} middle`);
  yield context.df.callEntity(new df.EntityId('Register', 'calls'), 'note', key);
  yield context.df.callSubOrchestrator('rewindLeaf', { key, failures });
});
df.app.orchestration('rewindLeaf', function* (context) {
  const { key, failures } = context.df.getInput();
  context.df.signalEntity(new df.EntityId('Register', 'calls'), 'note', `${key} leaf`);
  yield context.df.Task.all([
    context.df.callActivity('lucky', `${key} leaf`),
    context.df.callActivity('unlucky', { key: `${key} unlucky 1`, failures }),
    context.df.callActivity('unlucky', { key: `${key} unlucky 2`, failures }),
  ]);
});
df.app.orchestration('attemptsOf', function* (context) {
  return yield context.df.callActivity('attempts', context.df.getInput());
});

// biome-ignore lint/correctness/useYield: awaits nothing
df.app.orchestration('throwsText', function* () {
  throw 'a text';
});
df.app.orchestration('parentOfText', function* (context) {
  yield context.df.callSubOrchestrator('cities', '', 'kid');
});

class ValidationError extends Error {
  constructor() {
    super('Business logic validation failed');
    this.name = 'ValidationError';
  }
}
df.app.setExceptionPropertiesProvider({
  getExceptionProperties: (error) => (error instanceof ValidationError ? { code: 100, list: ['a', null] } : undefined),
});
df.app.activity('validates', {
  handler: () => {
    throw new ValidationError();
  },
});
df.app.orchestration('failureDetails', function* (context) {
  try {
    yield context.df.callActivity('validates');
  } catch (error) {
    return { known: error instanceof df.TaskFailedError, message: error.message, details: error.failureDetails };
  }
  return null;
});
df.app.orchestration('failureDetailsUncaught', function* (context) {
  yield context.df.callActivity('validates');
});
df.app.orchestration('failureDetailsChild', function* (context) {
  try {
    yield context.df.callSubOrchestrator('failureDetailsUncaught');
  } catch (error) {
    return error.message;
  }
  return null;
});
