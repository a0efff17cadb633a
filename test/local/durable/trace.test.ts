/** The extension's own log lines: their wording, their levels, and that nothing is made that nobody wants. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EXTENSION_3_0_0, NEWEST } from '../../../local/durable/compat.ts';
import type { LogLevel, LogSink } from '../../../local/durable/ports.ts';
import { settingsOf } from '../../../local/durable/settings.ts';
import { failed, scheduled, started, warning } from '../../../local/durable/trace/lines.ts';
import { createTrace } from '../../../local/durable/trace.ts';
import { filtered } from '../../../local/host/log.ts';
import { createWorker } from '../../../local/host/worker.ts';
import { type Harness, startHarness } from './harness.ts';

const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const ALL: readonly LogLevel[] = ['information', 'warning', 'error'];
const open: Harness[] = [];
const launch = async (settings: unknown = {}, wants = ALL) => {
  const harness = await startHarness({ runner, settings: { hubName: 'Hub', ...(settings as object) }, wants });
  open.push(harness);
  return harness;
};
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.stop();
});
/** Level and text up to what every line ends in. */
const told = ({ logs }: Harness) =>
  logs.map((line) => line.replace(/ Function\.\S+\.User/, '').replace(/\.? HubName: .*$/s, ''));

test('a line ends in where it comes from, a number that grows, and for starts and ends the task', () => {
  const lines: string[] = [];
  const log: LogSink = (level, category, message) => lines.push(`${level} ${category} ${message}`);
  log.wants = () => true;
  const options = {
    settings: settingsOf({ hubName: 'Hub' }),
    functions: ['F'],
    environment: { WEBSITE_SITE_NAME: 'app' },
  };
  const trace = createTrace(log, { ...options, compat: NEWEST });
  const subject = { instanceId: 'i', name: 'f', type: 'Activity' as const };
  trace.information?.(scheduled(subject, 'caller'));
  trace.information?.(started(subject, trace.payload('"abc"'), 7));
  trace.warning?.(warning(subject, 'Cannot do it.'));
  const end = 'HubName: Hub. AppName: app. SlotName: . ExtensionVersion: 3.0.0.';
  expect(lines).toEqual([
    `information Function.F.User i: Function 'f (Activity)' scheduled. Reason: caller. IsReplay: False. State: Scheduled. RuntimeStatus: Pending. ${end} SequenceNumber: 0.`,
    `information Function.F.User i: Function 'f (Activity)' started. IsReplay: False. Input: (Redacted 5 characters). State: Started. RuntimeStatus: Running. ${end} SequenceNumber: 1. TaskEventId: 7`,
    `warning Function.F.User Cannot do it.. InstanceId: i. Function: f. ${end} SequenceNumber: 2.`,
  ]);
  trace.error?.(failed({ ...subject, name: 'gone' }, 'why'));
  createTrace(log, { ...options, compat: EXTENSION_3_0_0 }).error?.(failed(subject, 'why'));
  expect(lines.slice(3).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'error Function.DurableTask.User',
    'error Host.Triggers.DurableTask',
  ]);
});

test('host.json decides which levels are made, and a sink that does not say wants none', () => {
  const heard: LogSink = () => {};
  heard.wants = () => true;
  const made = (levels: Record<string, string>, sink: LogSink = heard) => {
    const options = { settings: settingsOf({}), compat: NEWEST, functions: ['f'], environment: {} };
    const trace = createTrace(filtered(levels, sink), options);
    return ALL.filter((level) => level in trace);
  };
  expect(made({})).toEqual(ALL);
  expect(made({ Function: 'Warning' })).toEqual(['warning', 'error']);
  expect(made({ Function: 'Warning', 'Function.f': 'Information' })).toEqual(ALL);
  expect(made({ Function: 'None' })).toEqual([]);
  expect(made({}, () => {})).toEqual([]);
});

describe('what runs', () => {
  test('an orchestration and its activity, from the start to the end', async () => {
    const harness = await launch();
    await harness.start('echoes', 'e', 'hi');
    await harness.until('e', 'Completed');
    expect(told(harness)).toEqual([
      "information e: Function 'echoes (Orchestrator)' scheduled. Reason: NewInstance. IsReplay: False. State: Scheduled. RuntimeStatus: Pending",
      "information e: Function 'echoes (Orchestrator)' started. IsReplay: False. Input: (Redacted 4 characters). State: Started. RuntimeStatus: Running",
      "information e: Function 'echo (Activity)' scheduled. Reason: echoes. IsReplay: False. State: Scheduled. RuntimeStatus: Pending",
      "information e: Function 'echoes (Orchestrator)' awaited. IsReplay: False. State: Awaited",
      "information e: Function 'echo (Activity)' started. IsReplay: False. Input: (Redacted 10 characters). State: Started. RuntimeStatus: Running",
      "information e: Function 'echo (Activity)' completed. ContinuedAsNew: False. IsReplay: False. Output: (Redacted 4 characters). State: Completed. RuntimeStatus: Completed",
      "information e: Function 'echoes (Orchestrator)' completed. ContinuedAsNew: False. IsReplay: False. Output: (Redacted 4 characters). State: Completed. RuntimeStatus: Completed",
    ]);
    expect(harness.logs.find((line) => line.includes('(Activity)' + "' started"))).toMatch(/TaskEventId: 0$/);
    expect(harness.logs.at(-1)).toMatch(/TaskEventId: -1$/);
  });

  test('with traceInputsAndOutputs, lines show the texts', async () => {
    const harness = await launch({ tracing: { traceInputsAndOutputs: true } });
    await harness.start('rewindChild', 'r', 'raw');
    await harness.until('r', 'Failed');
    const lines = told(harness).join('\n');
    expect(lines).toContain('Function \'rewindChild (Orchestrator)\' started. IsReplay: False. Input: "raw".');
    expect(lines).toMatch(
      /error r: Function 'flakyOnce \(Activity\)' failed with an error\. Reason: System\.Exception: .*first time/,
    );
    expect(lines).toMatch(
      /error r: Function 'rewindChild \(Orchestrator\)' failed with an error\. Reason: .*first time/s,
    );
  });

  test('an operation that fails is an error, one that does not is information', async () => {
    const harness = await launch();
    await harness.start('asksTroubled', 't');
    await harness.until('t', 'Completed');
    const lines = told(harness).map((line) => line.replace(/operation \S+ (in|after) [\d.]+ms/, 'operation ID $1 Nms'));
    expect(lines).toContain(
      "information t: Function 'troubled (Entity)' scheduled. Reason: asksTroubled. IsReplay: False. State: Scheduled. RuntimeStatus: Pending",
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^information @troubled@k: Function 'troubled \(Entity\)' completed 'fine' operation ID in Nms\. IsReplay: False\. Input: \(Redacted 0 characters\)\. Output: \(Redacted \d+ characters\)$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^error @troubled@k: Function 'troubled \(Entity\)' failed 'break' operation ID after Nms with exception \(Redacted \d+ characters\)\. Input: \(Redacted 0 characters\)\. IsReplay: False$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^error @troubled@k: Function 'troubled \(Entity\)' failed with an error\. Reason: One or more operations failed: \(Error in operation 'break'/,
      ),
    );
  });

  test('clients: events, suspending twice, resuming twice, terminating', async () => {
    const harness = await launch();
    await harness.start('collects', 'c', 2);
    await harness.until('c', 'Running');
    await harness.raise('c', 'n', 1);
    await harness.call('POST', '/instances/c/resume?reason=why');
    await harness.call('POST', '/instances/c/suspend?reason=why');
    await harness.until('c', 'Suspended');
    await harness.call('POST', '/instances/c/suspend?reason=why');
    await harness.call('POST', '/instances/c/resume?reason=why');
    await harness.until('c', 'Running');
    await harness.call('POST', '/instances/c/terminate?reason=enough');
    await harness.until('c', 'Terminated');
    const lines = told(harness).filter((line) => /RaiseEvent|Cannot|uspending|esuming|terminated/.test(line));
    expect(lines).toEqual([
      "information c: Function 'collects (Orchestrator)' scheduled. Reason: RaiseEvent:n. IsReplay: False. State: Scheduled. RuntimeStatus: Pending",
      'warning Cannot resume orchestration instance in the Running state.. InstanceId: c. Function: collects',
      "information c: Suspending function 'collects (Orchestrator)'. Reason: (Redacted 3 characters). State: Suspended. RuntimeStatus: Suspended",
      'warning Cannot suspend orchestration instance in the Suspended state.. InstanceId: c. Function: collects',
      "information c: Resuming function 'collects (Orchestrator)'. Reason: (Redacted 3 characters). State: Scheduled. RuntimeStatus: Running",
      "warning c: Function 'collects (Orchestrator)' was terminated. Reason: (Redacted 6 characters). State: Terminated. RuntimeStatus: Terminated",
    ]);
  });

  test('waits, events and timers are told of once, however often the orchestrator is replayed', async () => {
    const harness = await launch();
    await harness.start('waits', 'w');
    await harness.until('w', 'Running');
    await harness.raise('w', 'other', 0);
    await harness.raise('w', 'go', 1);
    await harness.until('w', 'Completed');
    const lines = told(harness).filter((line) => /waiting|received|saved|echo \(Activity\)' scheduled/.test(line));
    const [event, saved, rest] = [/received a 'go' event/, /saved a 'other' event/, /waiting/].map((kind) =>
      lines.filter((line) => kind.test(line)),
    );
    expect(event).toEqual([
      "information w: Function 'waits (Orchestrator)' received a 'go' event. State: ExternalEventRaised",
    ]);
    expect(saved).toEqual([
      "information w: Function 'waits (Orchestrator)' saved a 'other' event to an in-memory queue. State: ExternalEventDropped",
    ]);
    // None when the event was there before the orchestrator came to wait for it.
    expect(rest?.length).toBeLessThanOrEqual(1);
    expect(lines.filter((line) => line.includes("'echo (Activity)' scheduled"))).toHaveLength(2);
  });

  test('a timer and an entity called', async () => {
    const harness = await launch();
    await harness.start('sleeps', 's', 5);
    await harness.until('s', 'Completed');
    await harness.start('asksTroubled', 'a');
    await harness.until('a', 'Completed');
    const lines = told(harness).map((line) => line.replace(/\d{4}-\S+\dZ/, 'TIME').replace(/[0-9a-f-]{36}/, 'ID'));
    const about = lines.filter((line) => /waiting|resumed|entity response/.test(line));
    const waiting =
      "information a: Function 'asksTroubled (Orchestrator)' is waiting for input. Reason: WaitForEntityResponse:ID. IsReplay: False. State: Listening";
    const received =
      "information a: Function 'asksTroubled (Orchestrator)' received an entity response. OperationId: ID. State: ExternalEventRaised";
    expect(about).toEqual([
      "information s: Function 'sleeps (Orchestrator)' is waiting for input. Reason: CreateTimer:TIME. IsReplay: False. State: Listening",
      "information s: Function 'sleeps (Orchestrator)' was resumed by a timer scheduled for 'TIME'. IsReplay: False. State: TimerExpired",
      waiting,
      received,
      waiting,
      received,
    ]);
  });

  test('a lock, granted and given back', async () => {
    const harness = await launch();
    await harness.start('locks', 'l');
    await harness.until('l', 'Completed');
    // A signal behind the release: once it was handled, the release was.
    await harness.call('POST', '/entities/troubled/l?op=fine', {});
    await expect
      .poll(() => told(harness).filter((line) => line.includes("completed 'fine' operation")))
      .toHaveLength(2);
    const lines = told(harness).map((line) => line.replace(/[0-9a-f-]{32,36}/g, 'ID'));
    expect(lines.filter((line) => /(granted|released) lock/.test(line))).toEqual([
      "information @troubled@l: Function 'troubled (Entity)' granted lock to request ID by instance l, execution ID. State: LockAcquired",
      "information @troubled@l: Function 'troubled (Entity)' released lock held by request ID by instance l. State: LockReleased",
    ]);
    expect(lines).toContain(
      "information l: Function 'locks (Orchestrator)' is waiting for input. Reason: WaitForLockAcquisitionCompleted:ID. IsReplay: False. State: Listening",
    );
    expect(lines).toContain(
      "information @troubled@l: Function 'troubled (Entity)' scheduled. Reason: EntitySignal:fine. IsReplay: False. State: Scheduled. RuntimeStatus: Pending",
    );
  });

  test('a turn rewound, a generation that continues as new', async () => {
    const harness = await launch();
    await harness.start('rewindChild', 'rw', 'traced');
    await harness.until('rw', 'Failed');
    await harness.call('POST', '/instances/rw/rewind?reason=again');
    await harness.until('rw', 'Completed');
    await harness.start('tellsOnce', 'n');
    await harness.until('n', 'Running');
    await harness.raise('n', 'go', 1);
    // An event that comes before the next generation waits for it would be lost with this one.
    await expect.poll(() => told(harness).some((line) => line.includes('ContinuedAsNew: True'))).toBe(true);
    await harness.raise('n', 'go', 2);
    await harness.until('n', 'Completed');
    const lines = told(harness);
    expect(lines).toContain(
      "warning rw: Function 'rewindChild (Orchestrator)' was rewound. Reason: (Redacted 5 characters). State: Rewound",
    );
    expect(
      lines
        .filter((line) => /^information n: .*(started|completed)/.test(line))
        .map((line) => line.split('. ').slice(0, line.includes('ContinuedAsNew: True') ? 4 : 2)),
    ).toEqual([
      ["information n: Function 'tellsOnce (Orchestrator)' started", 'IsReplay: False'],
      // What it returned, not the next input.
      [
        "information n: Function 'tellsOnce (Orchestrator)' completed",
        'ContinuedAsNew: True',
        'IsReplay: False',
        'Output: (Redacted 0 characters)',
      ],
      ["information n: Function 'tellsOnce (Orchestrator)' started", 'IsReplay: False'],
      ["information n: Function 'tellsOnce (Orchestrator)' completed", 'ContinuedAsNew: False'],
    ]);
  });

  test('at Warning, what goes well is not told', async () => {
    const harness = await launch({}, ['warning', 'error']);
    await harness.start('echoes', 'q', 1);
    await harness.until('q', 'Completed');
    expect(harness.logs).toEqual([]);
  });
});
