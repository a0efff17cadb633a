/**
 * What may differ between a recording and this engine, in one place: times to the millisecond or not at all, execution and
 * span ids (numbered in order of appearance, so that equal stays equal), keys and ports, stack traces of .NET.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '../../../local/durable/history.ts';

export const TRACES = join(import.meta.dirname, '../../fixtures/traces');

export interface Invocation {
  function: string;
  kind: string;
  request: { inputData: { value: unknown }[] };
  response: {
    result?: { status: string; exception?: { message: string; stackTrace?: string } };
    rawReturnValue?: { string?: string; json?: string; int?: number; double?: number } | null;
  };
}
export interface OrchestratorPayload {
  history: HistoryEvent[];
  input: unknown;
  instanceId: string;
  isReplaying: boolean;
  parentInstanceId: string | null;
}
export interface Recording {
  name: string;
  instanceId: string;
  invocations: Invocation[];
  statusWithHistory_http?: { label: string; status: number; body: Record<string, unknown> }[];
}

export const recordings: Recording[] = readdirSync(TRACES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ name: file.slice(0, -5), ...JSON.parse(readFileSync(join(TRACES, file), 'utf8')) }))
  .filter((recording) => Array.isArray(recording.invocations));

/** The message inside a serialised .NET exception stands for the whole of it. */
const details = (text: string): string => /"Message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
/** A failure text may quote a serialised exception: only what is before it, and its message, count. */
const quoting = (text: string): string =>
  text.replace(/\{"\$type":"System\.Exception.*$/s, (json) => `<exception ${details(json)}>`);

const TIMES = new Set(['Timestamp', 'FireAt', 'ScheduledTime', 'createdTime', 'lastUpdatedTime', 'lastOperationTime']);
const IDS = new Set(['ExecutionId', 'ClientSpanId', 'parentExecution']);
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?/g;
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const GUID_N = /\b[0-9a-f]{32}\b/g;

/** Makes two values comparable: `toEqual` on the results is the comparison. */
export function normalise(value: unknown): unknown {
  const names = new Map<string, string>();
  const named = (kind: string, id: string) => {
    const known = names.get(id) ?? `<${kind} ${names.size}>`;
    names.set(id, known);
    return known;
  };
  const text = (raw: string): string =>
    quoting(raw)
      .replace(/code=[^&"]*/g, 'code=<key>')
      .replace(/https?:\/\/(localhost|127\.0\.0\.1):\d+/g, '<origin>')
      .replace(GUID, (id) => named('guid', id))
      .replace(GUID_N, (id) => named('guid', id))
      .replace(TIME, '<time>');
  const walk = (one: unknown, key: string): unknown => {
    if (typeof one === 'string') {
      if (TIMES.has(key)) return '<time>';
      if (IDS.has(key)) return named('id', one);
      if (key === 'Details') return details(one);
      return text(one);
    }
    if (Array.isArray(one)) return one.map((item) => walk(item, ''));
    if (typeof one === 'object' && one !== null) {
      return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, walk(item, name)]));
    }
    return one;
  };
  return walk(value, '');
}

/** What a recorded call answered, as JSON text, or the message it threw. Some recordings hold the parsed answer alone. */
export function answerOf({ response }: Invocation): { text: string } | { thrown: string } {
  const { result, rawReturnValue } = response;
  if (!result) return { text: JSON.stringify(response) };
  if (result.exception) return { thrown: result.exception.message };
  return { text: rawReturnValue?.json ?? rawReturnValue?.string ?? 'null' };
}

/** The trigger data of a recorded orchestrator call. */
export function payloadOf(invocation: Invocation): OrchestratorPayload {
  const [input] = invocation.request.inputData;
  if (!input) throw new Error('The recorded call has no trigger data');
  return input.value as OrchestratorPayload;
}
