// biome-ignore-all lint/correctness/useYield: some orchestrators wait for nothing, which is what they are for
// Timers, events, children, generations.
const df = require('durable-functions');
const { plain, at, caught } = require('./plain.js');

const wait = (context, name) => context.df.waitForExternalEvent(name);

plain(
  'timer',
  function* (context) {
    yield context.df.createTimer(at(context, context.df.getInput()));
    return 'woke';
  },
  1,
  500,
  0,
  -60_000,
);
plain('timers', function* (context) {
  const timers = [900, 300, 600].map((ms) => context.df.createTimer(at(context, ms)));
  yield context.df.Task.all(timers);
  return timers.map((timer) => timer.isCompleted);
});
// Azure's queues hide messages for whole seconds. A busy machine is late for one of them, not for all.
plain('timersEarly', function* (context) {
  let early = false;
  for (let n = 0; n < 5; n++) {
    const due = at(context, 1950);
    yield context.df.createTimer(due);
    early ||= context.df.currentUtcDateTime < due;
  }
  return early;
});
plain('timerCancelled', function* (context) {
  const timer = context.df.createTimer(at(context, 60_000));
  const task = context.df.callActivity('echo', 'first');
  const winner = yield context.df.Task.any([task, timer]);
  timer.cancel();
  return [winner === task, timer.isCompleted, timer.isCanceled];
});
plain('timerCancelledBeforeUse', function* (context) {
  const timer = context.df.createTimer(at(context, 60_000));
  timer.cancel();
  return yield context.df.callActivity('echo', 'done');
});
plain('timerCancelledTooLate', function* (context) {
  const timer = context.df.createTimer(at(context, 100));
  yield timer;
  timer.cancel();
});
plain('anyLeavesTimerOpen', function* (context) {
  const timer = context.df.createTimer(at(context, 2000));
  yield context.df.Task.any([timer, context.df.callActivity('echo', 1)]);
  return 'waits for its timer';
});
plain('timerBadDate', function* (context) {
  yield context.df.createTimer(new Date('no date'));
});

df.app.orchestration('oneEvent', function* (context) {
  context.df.setCustomStatus('waiting');
  const value = yield wait(context, 'go');
  return [typeof value, value];
});
df.app.orchestration('threeEvents', function* (context) {
  const all = [];
  for (let n = 0; n < 3; n++) {
    context.df.setCustomStatus(`waiting ${n}`);
    all.push(yield wait(context, 'go'));
  }
  return all;
});
df.app.orchestration('twoNames', function* (context) {
  context.df.setCustomStatus('waiting');
  return yield context.df.Task.all([wait(context, 'left'), wait(context, 'right')]);
});
df.app.orchestration('anyEvent', function* (context) {
  context.df.setCustomStatus('waiting');
  const tasks = [wait(context, 'left'), wait(context, 'right')];
  const winner = yield context.df.Task.any(tasks);
  return [tasks.indexOf(winner), winner.result];
});
df.app.orchestration('twoWaitsOneName', function* (context) {
  context.df.setCustomStatus('waiting');
  return yield context.df.Task.all([wait(context, 'go'), wait(context, 'go')]);
});
df.app.orchestration('eventOrTimer', function* (context) {
  const timer = context.df.createTimer(at(context, context.df.getInput()));
  context.df.setCustomStatus('waiting');
  const event = wait(context, 'go');
  const winner = yield context.df.Task.any([event, timer]);
  if (winner === timer) return 'too late';
  timer.cancel();
  return event.result;
});
df.app.orchestration('eventWhileBusy', function* (context) {
  context.df.setCustomStatus('busy');
  yield wait(context, 'open');
  yield context.df.callActivity('echo', 1);
  context.df.setCustomStatus('ready');
  yield wait(context, 'last');
  return [yield wait(context, 'early'), yield wait(context, 'early')];
});
df.app.orchestration('reusedWait', function* (context) {
  context.df.setCustomStatus('waiting');
  const event = wait(context, 'go');
  yield context.df.Task.any([event, wait(context, 'other')]);
  context.df.setCustomStatus('again');
  return yield context.df.Task.any([event, wait(context, 'more')]).result ?? 'nothing';
});

df.app.orchestration('child', function* (context) {
  const input = context.df.getInput();
  return { typed: typeof input, input };
});
df.app.orchestration('childKnows', function* (context) {
  yield context.df.callActivity('echo', 1);
  return context.df.parentInstanceId;
});
df.app.orchestration('childFails', function* (context) {
  yield context.df.callActivity('echo', 1);
  throw new Error(`child failed: ${context.df.getInput()}`);
});
df.app.orchestration('childWaits', function* (context) {
  context.df.setCustomStatus('waiting');
  return yield wait(context, 'go');
});
df.app.orchestration('childFlaky', function* (context) {
  return yield context.df.callActivity('flaky', { key: 'child', failures: context.df.getInput() });
});
df.app.orchestration('childVersion', function* (context) {
  yield context.df.callActivity('echo', 1);
  return context.df.version ?? 'none';
});
plain('childInputs', function* (context) {
  const all = [];
  for (const value of [undefined, null, '', 'text', '42', 42, true, [1], { a: [null] }, '2026-11-24T10:00:00.000Z'])
    all.push(yield context.df.callSubOrchestrator('child', value));
  return all;
});
plain('childNamed', function* (context) {
  return yield context.df.callSubOrchestrator('childKnows', null, `${context.df.instanceId}-kid`);
});
plain('childrenAtOnce', function* (context) {
  return yield context.df.Task.all([1, 2, 3].map((n) => context.df.callSubOrchestrator('child', n)));
});
plain('childThrows', function* (context) {
  yield context.df.callSubOrchestrator('childFails', 'uncaught');
});
plain('childThrowsCaught', function* (context) {
  try {
    yield context.df.callSubOrchestrator('childFails', 'caught');
  } catch (error) {
    return caught(error);
  }
  return undefined;
});
plain('childUnknown', function* (context) {
  yield context.df.callSubOrchestrator('thereIsNone', 1);
});
plain('childIsActivity', function* (context) {
  yield context.df.callSubOrchestrator('echo', 1);
});
plain('childIsMe', function* (context) {
  yield context.df.callSubOrchestrator('child', 1, context.df.instanceId);
});
plain('childBadId', function* (context) {
  yield context.df.callSubOrchestrator('child', 1, '@bad@id');
});
plain('childRetries', function* (context) {
  const id = `${context.df.instanceId}-kid`;
  return yield context.df.callSubOrchestratorWithRetry('childFlaky', new df.RetryOptions(50, 3), 2, id);
});
plain('childRetriesInVain', function* (context) {
  yield context.df.callSubOrchestratorWithRetry('childFails', new df.RetryOptions(50, 2), 'again');
});
plain(
  'childOfChild',
  function* (context) {
    const depth = context.df.getInput();
    if (depth === 0) return 'deep';
    return yield context.df.callSubOrchestrator('childOfChild', depth - 1, `${context.df.instanceId}-${depth}`);
  },
  3,
);
plain('childOfVersion', function* (context) {
  const [one, two] = yield context.df.Task.all([
    context.df.callSubOrchestrator('childVersion', 1, undefined, '2.0'),
    context.df.callSubOrchestrator('childVersion', 1),
  ]);
  return [one, two];
});
df.app.orchestration('parentOfWaiting', function* (context) {
  context.df.setCustomStatus('waiting');
  return yield context.df.callSubOrchestrator('childWaits', null, `${context.df.instanceId}-kid`);
});
df.app.orchestration('parentCatches', function* (context) {
  context.df.setCustomStatus('waiting');
  try {
    return yield context.df.callSubOrchestrator('childWaits', null, `${context.df.instanceId}-kid`);
  } catch (error) {
    return caught(error);
  }
});

plain(
  'generations',
  function* (context) {
    const n = context.df.getInput();
    yield context.df.callActivity('echo', n);
    if (n < 3) context.df.continueAsNew(n + 1);
    return n;
  },
  0,
);
plain(
  'generationsAtOnce',
  function* (context) {
    const n = context.df.getInput();
    if (n < 3) context.df.continueAsNew(n + 1);
    return `ended at ${n}`;
  },
  0,
);
plain(
  'generationOf',
  function* (context) {
    const { round, value } = context.df.getInput();
    yield context.df.callActivity('echo', 1);
    if (round === 0) context.df.continueAsNew({ round: 1, value });
    return [typeof value, value];
  },
  { round: 0, value: 'text' },
  { round: 0, value: null },
  { round: 0, value: { at: '2026-11-24T10:00:00.000Z' } },
);
plain(
  'generationOfText',
  function* (context) {
    const input = context.df.getInput();
    yield context.df.callActivity('echo', 1);
    if (input === 'first') context.df.continueAsNew('second');
    return [typeof input, input];
  },
  'first',
);
plain(
  'generationThrows',
  function* (context) {
    const n = context.df.getInput();
    yield context.df.callActivity('echo', n);
    if (n === 0) context.df.continueAsNew(1);
    throw new Error(`generation ${n}`);
  },
  0,
  1,
);
plain(
  'generationStatus',
  function* (context) {
    const n = context.df.getInput();
    if (n === 0) context.df.setCustomStatus('of the first');
    yield context.df.callActivity('echo', n);
    if (n === 0) context.df.continueAsNew(1);
    return n;
  },
  0,
);
plain(
  'generationOpenTimer',
  function* (context) {
    const n = context.df.getInput();
    if (n === 0) {
      yield context.df.Task.any([context.df.createTimer(at(context, 1500)), context.df.callActivity('echo', 1)]);
      context.df.continueAsNew(1);
      return undefined;
    }
    return 'second';
  },
  0,
);
df.app.orchestration('generationsOfEvents', function* (context) {
  const all = context.df.getInput();
  context.df.setCustomStatus(`has ${all.length}`);
  const value = yield wait(context, 'go');
  const next = [...all, value];
  if (next.length === 3) return next;
  context.df.continueAsNew(next);
  return undefined;
});
