/**
 * Every recorded orchestrator call, replayed through the pure turn: what the real extension handed over and what the function
 * answered must give exactly the events that the next recorded call shows.
 */
import { describe, expect, test } from 'vitest';
import { EXTENSION_3_0_0 } from '../../../local/durable/compat.ts';
import { EventType, type HistoryEvent } from '../../../local/durable/history.ts';
import { outcomeOf } from '../../../local/durable/replay/actions.ts';
import { type TurnResult, turn } from '../../../local/durable/turn.ts';
import { answerOf, type Invocation, normalise, payloadOf, recordings } from './normalise.ts';

const known = (name: string) => (kind: string) =>
  recordings
    .filter((recording) => recording.name === name)
    .flatMap(({ invocations }) => invocations)
    .map((invocation) => invocation.function)
    .concat(kind === 'entity' ? ['counter', 'boom', 'acct'] : namesInActions(name));

/** Functions that the recorded answers call need not have been recorded themselves. */
function namesInActions(name: string): string[] {
  const text = JSON.stringify(recordings.find((recording) => recording.name === name));
  return [...text.matchAll(/functionName\\*":\\*"(\w+)/g)].map((match) => match[1] ?? '');
}

function replay(name: string, invocation: Invocation): { fed: HistoryEvent[]; result: TurnResult } {
  const answer = answerOf(invocation);
  const { history } = payloadOf(invocation);
  const last = history.findLastIndex((one) => one.EventType === EventType.OrchestratorStarted);
  const result = turn({
    history: history.slice(0, last),
    inbox: history.slice(last),
    outcome: outcomeOf(
      'text' in answer ? { ok: true, text: answer.text } : { ok: false, message: answer.thrown, stack: '' },
    ),
    now: 0,
    options: {
      compat: EXTENSION_3_0_0,
      functions: known(name),
      maxOrchestrationActions: 100_000,
      defaultVersion: '',
      httpSleep: 30_000,
      warn: () => {},
      storeInputs: false,
      spanId: () => '0000000000000000',
    },
  });
  const fed = history.map((one, index) => (index > last ? { ...one, IsPlayed: true } : one));
  return { fed, result };
}

/** FireAt to the millisecond: the recordings carry 100 ns. */
const fireTimes = (events: readonly HistoryEvent[]) =>
  events.flatMap((one) => (one.EventType === EventType.TimerCreated ? [Date.parse(one.FireAt)] : []));

const executionOf = (invocation: Invocation): string => {
  const { history } = payloadOf(invocation);
  const started = history.find((one) => one.EventType === EventType.ExecutionStarted);
  return started?.EventType === EventType.ExecutionStarted ? started.OrchestrationInstance.ExecutionId : '';
};

describe.each(recordings)('$name', ({ name, invocations, statusWithHistory_http }) => {
  const turns = invocations.filter((one) => one.kind === 'orchestrator');
  const rewound = turns.findIndex((one) => JSON.stringify(one.request).includes('"EventType":17'));

  test.each(turns.map((one, index) => ({ one, index })))('turn $index', ({ one, index }) => {
    const { fed, result } = replay(name, one);
    const next = turns[index + 1];
    if (!next || index + 1 === rewound) {
      // The instance went on in a way that was not recorded, or ended: the status shows which.
      if (result.events.some(({ EventType: type }) => type === EventType.ExecutionCompleted)) return;
      expect(result.next).toBeUndefined();
      return;
    }
    if (executionOf(next) !== executionOf(one)) {
      const { input } = payloadOf(next);
      if (result.next) expect(JSON.parse(result.next.input ?? 'null')).toEqual(input);
      else expect(['Completed', 'Failed', 'Terminated']).toContain(result.status);
      return;
    }
    const { history } = payloadOf(next);
    const mine = [...fed, ...result.events];
    expect(normalise(mine)).toEqual(normalise(history.slice(0, mine.length)));
    expect(fireTimes(mine)).toEqual(fireTimes(history.slice(0, mine.length)));
    expect(history[mine.length]?.EventType).toBe(EventType.OrchestratorStarted);
  });

  const final = statusWithHistory_http?.at(-1)?.body;
  test.runIf(final && turns.length > 0)('ends as recorded', () => {
    const last = turns.at(-1);
    if (!last || !final) return;
    const { result } = replay(name, last);
    expect(normalise({ status: result.status, output: outputValue(result.output) })).toEqual(
      normalise({ status: final.runtimeStatus, output: final.output }),
    );
  });
});

function outputValue(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return text;
  }
}
