/** The pure turn over hand-built histories: sequence ids, retries, timers, suspension, generations, determinism. */
import { describe, expect, test } from 'vitest';
import { NEWEST } from '../../../local/durable/compat.ts';
import { EventType, event, type HistoryEvent } from '../../../local/durable/history.ts';
import { ACTION, type Action, type OrchestratorState } from '../../../local/durable/replay/actions.ts';
import { type TurnResult, turn } from '../../../local/durable/turn.ts';

const AT = Date.parse('2030-01-01T00:00:00Z');
const DAY = 86_400_000;

const begin = (at = AT) => event(EventType.OrchestratorStarted, {}, at);
const done = () => event(EventType.OrchestratorCompleted, {}, AT);
const started = event(
  EventType.ExecutionStarted,
  {
    OrchestrationInstance: { InstanceId: 'i', ExecutionId: 'x' },
    ParentInstance: null,
    Name: 'O',
    Version: '',
    Input: null,
    Tags: null,
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: 0,
  },
  AT,
);
const scheduled = (id: number, Name: string) =>
  event(EventType.TaskScheduled, { Name, Version: '', Input: null, ParentTraceContext: null }, AT, id);
const timerCreated = (id: number, fireAt = AT) =>
  event(EventType.TimerCreated, { FireAt: new Date(fireAt).toISOString() }, AT, id);
const completed = (TaskScheduledId: number, Result = '1') =>
  event(EventType.TaskCompleted, { TaskScheduledId, Result }, AT);
const failed = (TaskScheduledId: number) =>
  event(EventType.TaskFailed, { TaskScheduledId, Reason: 'R', Details: 'D', FailureDetails: null }, AT);
const fired = (TimerId: number) => event(EventType.TimerFired, { TimerId, FireAt: '' }, AT);
const raised = (Name: string, Input: string | null = 'null') =>
  event(EventType.EventRaised, { Name, Input, ParentTraceContext: null }, AT);
const suspended = event(EventType.ExecutionSuspended, { Reason: 'r' }, AT);
const resumed = event(EventType.ExecutionResumed, { Reason: 'r' }, AT);

const activity = (functionName: string, input: unknown = null): Action => ({
  actionType: ACTION.callActivity,
  functionName,
  input,
});
const retried = (functionName: string, maxNumberOfAttempts: number): Action => ({
  actionType: ACTION.callActivityWithRetry,
  functionName,
  retryOptions: { firstRetryIntervalInMilliseconds: 1000, maxNumberOfAttempts, backoffCoefficient: 2 },
});
const timer = (fireAt: number, isCanceled = false): Action => ({
  actionType: ACTION.createTimer,
  fireAt: new Date(fireAt).toISOString(),
  isCanceled,
});
const wait = (externalEventName: string): Action => ({ actionType: ACTION.waitForExternalEvent, externalEventName });
const any = (...compoundActions: Action[]): Action => ({ actionType: ACTION.whenAny, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: ACTION.whenAll, compoundActions });

function play(
  history: HistoryEvent[],
  inbox: HistoryEvent[],
  actions: Action[],
  more: Partial<OrchestratorState> = {},
): TurnResult {
  return turn({
    history,
    inbox,
    outcome: { kind: 'state', state: { actions: [actions], schemaVersion: 3, isDone: false, ...more }, stack: '' },
    now: AT,
    options: {
      compat: NEWEST,
      functions: (kind) => (kind === 'activity' ? ['A', 'B', 'C', 'D'] : kind === 'entity' ? ['E'] : ['O', 'S']),
      maxOrchestrationActions: 100,
      defaultVersion: '',
      httpSleep: 30_000,
      warn: () => {},
      storeInputs: false,
      spanId: () => '',
    },
  });
}
/** `type:id` of what a turn appends, completion markers left out. */
const shape = ({ events }: TurnResult) =>
  events
    .filter((one) => one.EventType !== EventType.OrchestratorCompleted)
    .map((one) => `${one.EventType}:${one.EventId}`);

describe('ids', () => {
  test('follow the order of actions, depth first through compounds; event waits take none', () => {
    const result = play([], [begin(), started], [any(activity('A'), wait('e'), all(timer(AT + 1), activity('B')))]);
    expect(shape(result)).toEqual(['4:0', '10:1', '4:2']);
  });
  test('of retries are taken when the failure is processed', () => {
    const history = [begin(), started, scheduled(0, 'A'), scheduled(1, 'B'), done()];
    const actions = [all(retried('A', 3), activity('B')), activity('C')];
    const delay = play(history, [begin(), failed(0)], actions);
    expect(shape(delay)).toEqual(['10:2']);
    const second = play(
      [...history, begin(), failed(0), timerCreated(2), done()],
      [begin(), completed(1), fired(2)],
      actions,
    );
    expect(shape(second)).toEqual(['4:3']);
    const past = [
      ...history,
      begin(),
      failed(0),
      timerCreated(2),
      done(),
      begin(),
      completed(1),
      fired(2),
      scheduled(3, 'A'),
      done(),
    ];
    expect(shape(play(past, [begin(), completed(3)], actions))).toEqual(['4:4']);
  });
  test('of released locks: one for each entity', () => {
    const lock: Action = {
      actionType: ACTION.lockEntities,
      lockRequestId: 'guid',
      lockSet: [
        { name: 'E', key: 'a' },
        { name: 'E', key: 'b' },
      ],
    };
    const actions = [lock, { actionType: ACTION.releaseEntities } as Action, activity('A')];
    const first = play([], [begin(), started], actions);
    expect(shape(first)).toEqual(['14:0']);
    expect(first.messages.events[0]).toMatchObject({ target: '@e@a', name: 'op' });
    const granted = play(
      [begin(), started, ...first.events],
      [begin(), raised('guid', '{"result":"\\"ok\\""}')],
      actions,
    );
    expect(shape(granted)).toEqual(['14:1', '14:2', '4:3']);
    expect(granted.messages.events.map(({ target, name }) => `${name} ${target}`)).toEqual([
      'release @e@a',
      'release @e@b',
    ]);
  });
});

describe('retries', () => {
  test('end with one more timer, due at once, which the SDK waits for', () => {
    const history = [
      begin(),
      started,
      scheduled(0, 'A'),
      done(),
      begin(),
      failed(0),
      timerCreated(1),
      done(),
      begin(),
      fired(1),
      scheduled(2, 'A'),
      done(),
    ];
    const result = play(history, [begin(AT + 5), failed(2)], [retried('A', 2)]);
    expect(result.messages.timers).toMatchObject([{ timerId: 3, fireAt: AT + 5 }]);
  });
  test('wait longer each time, counted from the turn that saw the failure', () => {
    const history = [
      begin(),
      started,
      scheduled(0, 'A'),
      done(),
      begin(),
      failed(0),
      timerCreated(1),
      done(),
      begin(),
      fired(1),
      scheduled(2, 'A'),
      done(),
    ];
    const result = play(history, [begin(AT + 7000), failed(2)], [retried('A', 5)]);
    expect(result.messages.timers).toMatchObject([{ timerId: 3, fireAt: AT + 9000 }]);
  });
});

describe('timers', () => {
  test('over six days are split in pieces of three', () => {
    const actions = [timer(AT + 8 * DAY)];
    const first = play([], [begin(), started], actions);
    expect(first.messages.timers).toMatchObject([{ timerId: 0, fireAt: AT + 3 * DAY }]);
    const history = [begin(), started, timerCreated(0, AT + 3 * DAY), done()];
    const second = play(history, [begin(AT + 3 * DAY), fired(0)], actions);
    expect(second.messages.timers).toMatchObject([{ timerId: 1, fireAt: AT + 6 * DAY }]);
  });
  test('that are cancelled leave their event but no open task', () => {
    const history = [begin(), started, timerCreated(0), done()];
    const result = play(history, [begin(), raised('go')], [any(timer(AT, true), wait('go'))], {
      isDone: true,
      output: 'o',
    });
    expect([result.status, result.output]).toEqual(['Completed', '"o"']);
  });
});

describe('completion', () => {
  test('waits for open tasks, but not for events', () => {
    const open = play([], [begin(), started], [any(wait('e'), activity('A'))], { isDone: true, output: 1 });
    expect(open.status).toBe('Running');
    const history = [begin(), started, scheduled(0, 'A'), done()];
    expect(
      play(history, [begin(), completed(0)], [any(wait('e'), activity('A'))], { isDone: true, output: 1 }).status,
    ).toBe('Completed');
  });
  test('an error wins over isDone and over continueAsNew', () => {
    const actions: Action[] = [{ actionType: ACTION.continueAsNew, input: 2 }];
    const result = play([], [begin(), started], actions, { isDone: true, error: 'boom' });
    expect([result.status, result.output, result.next]).toEqual([
      'Failed',
      "Orchestrator function 'O' failed: boom",
      undefined,
    ]);
  });
  test('terminate beats everything and keeps its reason', () => {
    const terminated = event(EventType.ExecutionTerminated, { Input: 'why' }, AT);
    const result = play([begin(), started, scheduled(0, 'A'), done()], [begin(), terminated], [activity('A')]);
    expect([result.status, result.output, shape(result)]).toEqual(['Terminated', 'why', ['1:1']]);
  });
});

describe('external events', () => {
  test('before the wait are kept in order; of several waits the newest gets the event', () => {
    const history = [begin(), started, scheduled(0, 'A'), done()];
    const waiting = play(
      history,
      [begin(), raised('e', '1'), raised('E', '2'), completed(0)],
      [activity('A'), wait('e'), wait('e'), activity('B')],
    );
    expect(shape(waiting)).toEqual(['4:1']);
    // The newer wait is the one in the second compound: with it satisfied, the first is still open.
    const stack = play(
      [begin(), started, done()],
      [begin(), raised('e')],
      [any(wait('e'), activity('A')), activity('B')],
    );
    expect(shape(stack)).toEqual(['4:0', '4:1']);
  });
  test('behind continueAsNew go to the next generation; those buffered before are lost', () => {
    const actions: Action[] = [activity('A'), { actionType: ACTION.continueAsNew, input: 7 }];
    const history = [begin(), started, scheduled(0, 'A'), done(), begin(), raised('early'), done()];
    const result = play(history, [begin(), completed(0), raised('late')], actions, { isDone: true });
    expect(result.next?.input).toBe('7');
    expect(result.next?.carryOver.map((one) => one.Name)).toEqual(['late']);
  });
});

describe('suspension', () => {
  const history = [begin(), started, done()];
  test('defers what arrives, and completion with it', () => {
    const result = play(history, [begin(), suspended, raised('go')], [wait('go')], { isDone: true, output: 1 });
    expect([result.status, result.output]).toEqual(['Suspended', null]);
  });
  test('ends with resume, in order', () => {
    const past = [...history, begin(), suspended, raised('go'), done()];
    const result = play(past, [begin(), resumed], [wait('go')], { isDone: true, output: 1 });
    expect([result.status, result.output]).toEqual(['Completed', '1']);
  });
  test('holds back actions of its turn until resume', () => {
    const both = play(
      [begin(), started, scheduled(0, 'A'), done()],
      [begin(), completed(0), suspended],
      [activity('A'), activity('B')],
    );
    expect([both.status, shape(both)]).toEqual(['Suspended', []]);
    const past = [begin(), started, scheduled(0, 'A'), done(), begin(), completed(0), suspended, done()];
    expect(shape(play(past, [begin(), resumed], [activity('A'), activity('B')]))).toEqual(['4:1']);
  });
});

describe('determinism', () => {
  const past = (...events: HistoryEvent[]) => [begin(), started, ...events, done()];
  test.each([
    ['another name', past(scheduled(0, 'A')), [activity('B')], "instead scheduled an activity task named 'B'"],
    ['another kind', past(scheduled(0, 'A')), [timer(AT)], 'instead produced a CreateTimerOrchestratorAction action'],
    ['nothing', past(scheduled(0, 'A')), [], "hasn't (yet?) scheduled this task"],
    ['no timer', past(timerCreated(0)), [activity('A')], 'scheduled a timer task with sequence number 0 named but'],
  ])('%s fails the instance', (_name, history, actions, text) => {
    const result = play(history, [begin(), raised('x')], actions);
    expect(result.status).toBe('Failed');
    expect(result.output).toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled/,
    );
    expect(result.output).toContain(text);
  });
  test('names compare without case, and duplicates are ignored', () => {
    const result = play(
      past(scheduled(0, 'a')),
      [begin(), completed(0), completed(0), completed(9)],
      [activity('A'), activity('B')],
    );
    expect(shape(result)).toEqual(['4:1']);
  });
});

describe('limits', () => {
  test('of actions fail the orchestration', () => {
    const many = Array.from({ length: 101 }, () => activity('A'));
    const result = play([], [begin(), started], [all(...many)]);
    // The hundred that were scheduled are open, so the failure shows once they have ended.
    expect([result.status, result.messages.activities.length]).toEqual(['Running', 100]);
  });
  test('of the original schema: any task of a list lets it go on', () => {
    const state = {
      kind: 'state',
      state: { actions: [[activity('A'), activity('B')], [activity('C')]], schemaVersion: 0 },
      stack: '',
    } as const;
    const base = {
      now: AT,
      outcome: { ...state, state: { ...state.state, actions: state.state.actions.map((set) => [...set]) } },
    };
    const options = {
      compat: NEWEST,
      functions: () => ['A', 'B', 'C'],
      maxOrchestrationActions: 100,
      defaultVersion: '',
      httpSleep: 1,
      warn: () => {},
      storeInputs: true,
      spanId: () => '',
    };
    const history = [begin(), started, scheduled(0, 'A'), scheduled(1, 'B'), done()];
    const result = turn({ ...base, history, inbox: [begin(), completed(1)], options });
    expect(shape(result)).toEqual(['4:2']);
    expect(result.events[0]).toMatchObject({ Name: 'C', Input: '[null]' });
  });
});

describe('scheduled signals', () => {
  test('carry their due time and belong to no wait', () => {
    const action: Action = {
      actionType: ACTION.scheduledSignalEntity,
      instanceId: '@e@k',
      operation: 'op',
      fireAt: new Date(AT + 60_000).toISOString(),
    };
    const result = play([], [begin(), started], [action, activity('A')]);
    expect(result.messages.events).toMatchObject([{ id: 0, target: '@e@k', due: AT + 60_000 }]);
    expect(JSON.parse(result.messages.events[0]?.input ?? '{}')).toMatchObject({ op: 'op', signal: true });
    expect(shape(result)).toEqual(['14:0', '4:1']);
  });
});
