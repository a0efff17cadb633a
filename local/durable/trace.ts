/** The extension's own log lines, category Host.Triggers.DurableTask (durable extension EndToEndTraceHelper.cs). */
import { EXTENSION_VERSION } from './compat.ts';
import type { LogLevel, LogSink } from './ports.ts';
import type { Settings } from './settings.ts';
import type { Line } from './trace/lines.ts';

export const CATEGORY = 'Host.Triggers.DurableTask';

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

/** Asks the sink once which levels it wants. @param environment for the names of app and slot */
export function createTrace(
  log: LogSink,
  { hubName, traceInputsAndOutputs }: Pick<Settings, 'hubName' | 'traceInputsAndOutputs'>,
  environment: Record<string, string | undefined>,
): Trace {
  const { WEBSITE_SITE_NAME: app = '', WEBSITE_SLOT_NAME: slot = '' } = environment;
  const origin = `HubName: ${hubName}. AppName: ${app}. SlotName: ${slot}. ExtensionVersion: ${EXTENSION_VERSION}.`;
  let sequence = 0;
  const writer =
    (level: LogLevel) =>
    ({ text, taskEventId }: Line) => {
      const task = taskEventId === undefined ? '' : ` TaskEventId: ${taskEventId}`;
      log(level, CATEGORY, `${text} ${origin} SequenceNumber: ${sequence++}.${task}`);
    };
  const wants = (level: LogLevel) => log.wants?.(level, CATEGORY) === true;
  return {
    ...(wants('information') && { information: writer('information') }),
    ...(wants('warning') && { warning: writer('warning') }),
    ...(wants('error') && { error: writer('error') }),
    payload: (text) => (traceInputsAndOutputs ? (text ?? '') : `(Redacted ${text?.length ?? 0} characters)`),
    // Without the .NET stack trace that would follow the line break.
    exception: (type, text) => (traceInputsAndOutputs ? text : `${type}\n`),
  };
}
