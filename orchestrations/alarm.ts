import type { OrchestrationContext } from 'durable-functions';
import { alarmInput } from '../domain/seam/alarm.ts';
import { mustBe } from '../domain/seam/input.ts';
import type { Message } from '../domain/seam/message.ts';
import { now, report, type Steps, sleep } from './retry.ts';

/** Longer waits are made of several timers: Azure Storage splits timers above six days in a way that costs action ids. */
const LONGEST_TIMER_MS = 2 * 86_400_000;

/** Waits for a wall-clock time and puts the alarm into the inbox. A timer may fire up to a second early; then it waits again. */
export function* alarm(context: OrchestrationContext): Steps<Message> {
  const input: unknown = context.df.getInput();
  mustBe(alarmInput, input, 'ring');
  const at = Date.parse(input.at);
  while (now(context) < at) yield* sleep(context, Math.min(at - now(context), LONGEST_TIMER_MS));
  const message: Message = {
    type: 'alarm',
    deploymentId: input.deploymentId,
    alarm: input.alarm,
    generation: input.generation,
  };
  yield* report(context, { parent: input.parent, message });
  return message;
}
