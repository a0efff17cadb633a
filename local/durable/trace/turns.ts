/** What the extension logs of one orchestrator turn (durable extension TaskOrchestrationShim.cs, DurableOrchestrationContext.cs). */
import { jsonText } from '../newtonsoft.ts';
import type { Outcome } from '../replay/actions.ts';
import type { Observer } from '../replay/observer.ts';
import type { Instance } from '../store/ports.ts';
import type { Trace } from '../trace.ts';
import type { TurnResult } from '../turn.ts';
import {
  answerReceived,
  awaited,
  completed,
  eventReceived,
  eventSaved,
  failed,
  type Line,
  listening,
  scheduled,
  started,
  timerExpired,
  warning,
} from './lines.ts';

const FAILURE = 'DurableTask.Core.Exceptions.OrchestrationFailureException';
const subjectOf = ({ id, name }: Instance) => ({ instanceId: id, name, type: 'Orchestrator' as const });

/** Before a generation's first call of its function. @param missing why there is no such function */
export function traceStart(trace: Trace, instance: Instance, missing: string | undefined): void {
  if (missing) trace.warning?.(warning(subjectOf(instance), missing));
  trace.information?.(started(subjectOf(instance), trace.payload(instance.input)));
}

export function traceEnd(trace: Trace, instance: Instance, outcome: Outcome, result: TurnResult): void {
  if (!trace.information && !trace.error) return;
  const subject = subjectOf(instance);
  if (result.next) trace.information?.(completed(subject, trace.payload(returned(outcome)), true));
  else if (result.status === 'Completed') trace.information?.(completed(subject, trace.payload(result.output)));
  else if (result.status === 'Failed') {
    trace.error?.(failed(subject, trace.exception(FAILURE, result.details ?? result.output ?? '')));
  } else if (result.status === 'Running') trace.information?.(awaited(subject));
}

/** What the function returned, JSON text; a generation that continues as new leaves nothing of it in the result. */
function returned(outcome: Outcome): string | null {
  const output = outcome.kind === 'state' ? outcome.state.output : undefined;
  return output === undefined || output === null ? null : jsonText(output);
}

/** Calls are told of under the caller's instance id, with the caller's name as the reason. Undefined when nobody wants to know. */
export function observer(trace: Trace, instance: Instance): ((replaying: () => boolean) => Observer) | undefined {
  const { information } = trace;
  if (!information) return undefined;
  const subject = subjectOf(instance);
  return (replaying) => {
    /** Names of waits for entities' answers, which are told of in words of their own. */
    const answers = new Set<string>();
    const tell = (line: Line) => {
      if (!replaying()) information(line);
    };
    return {
      called: (name, type) => tell(scheduled({ instanceId: instance.id, name, type }, instance.name)),
      waits(name, reason) {
        if (reason !== 'ExternalEvent') answers.add(name);
        tell(listening(subject, `WaitFor${reason}:${name}`));
      },
      received: (name) => tell(answers.has(name) ? answerReceived(subject, name) : eventReceived(subject, name)),
      saved: (name) => tell(eventSaved(subject, name)),
      timer: (fireAt) => tell(listening(subject, `CreateTimer:${timeText(fireAt)}`)),
      expired: (fireAt) => tell(timerExpired(subject, timeText(fireAt))),
    };
  };
}

/** .NET's "o" format. */
const timeText = (ms: number): string => new Date(ms).toISOString().replace('Z', '0000Z');
