/**
 * The extension's own log lines (durable extension EndToEndTraceHelper.cs). Those of a function are told in the category of what
 * that function itself logs, so host.json's levels treat both alike; older extensions told all under one category.
 */
import { type Compat, EXTENSION_VERSION } from './compat.ts';
import type { LogLevel, LogSink } from './ports.ts';
import type { Settings } from './settings.ts';
import type { Line } from './trace/lines.ts';

export const CATEGORY = 'Host.Triggers.DurableTask';
/** Of a function that the app does not have. */
const UNKNOWN = 'Function.DurableTask.User';

/** Absent levels are switched off: `trace.information?.(line)` then builds nothing. */
export interface Trace {
  readonly information?: (line: Line) => void;
  readonly warning?: (line: Line) => void;
  readonly error?: (line: Line) => void;
  /** A payload as lines show it: its length, unless host.json wants the text itself. */
  readonly payload: (text: string | null | undefined) => string;
  /** An exception as lines show it: the name of its .NET type, unless host.json wants the text itself. */
  readonly exception: (type: string, text: string) => string;
}

export interface TraceOptions {
  settings: Pick<Settings, 'hubName' | 'traceInputsAndOutputs'>;
  compat: Pick<Compat, 'oneLogCategory'>;
  /** Names of the durable functions of the app, as spelled there. */
  functions: readonly string[];
  /** For the names of app and slot. */
  environment: Record<string, string | undefined>;
}

/** Asks the sink once which levels it wants for any function. */
export function createTrace(
  log: LogSink,
  { settings: { hubName, traceInputsAndOutputs }, compat, functions, environment }: TraceOptions,
): Trace {
  const { WEBSITE_SITE_NAME: app = '', WEBSITE_SLOT_NAME: slot = '' } = environment;
  const origin = `HubName: ${hubName}. AppName: ${app}. SlotName: ${slot}. ExtensionVersion: ${EXTENSION_VERSION}.`;
  const categories = new Map(functions.map((name) => [name.toLowerCase(), `Function.${name}.User`]));
  const categoryOf = (name: string) =>
    compat.oneLogCategory ? CATEGORY : (categories.get(name.toLowerCase()) ?? UNKNOWN);
  let sequence = 0;
  const writer =
    (level: LogLevel) =>
    ({ name, text, taskEventId }: Line) => {
      const task = taskEventId === undefined ? '' : ` TaskEventId: ${taskEventId}`;
      log(level, categoryOf(name), `${text} ${origin} SequenceNumber: ${sequence++}.${task}`);
    };
  const all = compat.oneLogCategory ? [CATEGORY] : [...categories.values(), UNKNOWN];
  const wants = (level: LogLevel) => all.some((category) => log.wants?.(level, category) === true);
  return {
    ...(wants('information') && { information: writer('information') }),
    ...(wants('warning') && { warning: writer('warning') }),
    ...(wants('error') && { error: writer('error') }),
    payload: (text) => (traceInputsAndOutputs ? (text ?? '') : `(Redacted ${text?.length ?? 0} characters)`),
    // Without the .NET stack trace that would follow the line break.
    exception: (type, text) => (traceInputsAndOutputs ? text : `${type}\n`),
  };
}
