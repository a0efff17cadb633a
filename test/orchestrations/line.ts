/**
 * One orchestrator, driven by hand in virtual time: the test says what each activity answers and how late the answer is
 * delivered, and how late timers fire. That is what an outage of the host between a question and its answer looks like.
 */
import type { OrchestrationContext, Task } from 'durable-functions';
import { T0 } from '../domain/fixtures.ts';

export interface Call {
  activity: string;
  input: unknown;
  /** Seconds since the orchestrator began. */
  at: number;
  /** Counts the calls of this activity from 1. */
  nth: number;
}
export interface Answer {
  value?: unknown;
  error?: Error;
  /** Seconds from the question to the delivery of the answer. */
  after?: number;
}
type Asked = { activity: string; input: unknown } | { timer: number };

export interface Line {
  output: unknown;
  calls: Call[];
  /** Seconds it took. */
  seconds: number;
}

/** @param late seconds by which a timer fires late, given when it was due (seconds since the beginning) */
export function drive(
  orchestrator: (context: OrchestrationContext) => Generator<Task, unknown, unknown>,
  first: unknown,
  answer: (call: Call) => Answer,
  late: (due: number) => number = () => 0,
): Line {
  let now = T0;
  let input = first;
  let again: unknown;
  const calls: Call[] = [];
  const df = {
    instanceId: 'instance',
    getInput: () => input,
    get currentUtcDateTime() {
      return new Date(now);
    },
    callActivity: (activity: string, given: unknown): Asked => ({ activity, input: given }),
    createTimer: (at: Date): Asked => ({ timer: at.getTime() }),
    setCustomStatus: () => {},
    continueAsNew: (next: unknown) => {
      again = next;
    },
  };
  for (;;) {
    const generator = orchestrator({ df } as unknown as OrchestrationContext);
    let step = generator.next();
    while (!step.done) {
      const asked = step.value as unknown as Asked;
      if ('timer' in asked) {
        const due = Math.max(now, asked.timer);
        now = due + late((due - T0) / 1000) * 1000;
        step = generator.next();
        continue;
      }
      const nth = calls.filter(({ activity }) => activity === asked.activity).length + 1;
      const call = { ...asked, at: (now - T0) / 1000, nth };
      calls.push(call);
      const given = answer(call);
      now += (given.after ?? 0) * 1000;
      step = given.error ? generator.throw(given.error) : generator.next(given.value);
    }
    if (again === undefined) return { output: step.value, calls, seconds: (now - T0) / 1000 };
    input = again;
    again = undefined;
  }
}
