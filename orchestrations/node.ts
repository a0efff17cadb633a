import type { OrchestrationContext } from 'durable-functions';
import { pollWait, timeoutMs } from '../domain/plan/polling.ts';
import type { Failure } from '../domain/seam/failure.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import { mustBe } from '../domain/seam/input.ts';
import type { Message } from '../domain/seam/message.ts';
import type { NodeStep } from '../domain/seam/node.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import { nodeInput } from '../domain/seam/node-input.ts';
import { Patience } from './patience.ts';
import { messageOf, now, report, type Steps, sleep, took } from './retry.ts';

/** Looks before a fresh generation: history stays short however long Azure takes. */
const POLLS_PER_GENERATION = 50;
/**
 * An activity that throws instead of answering is broken. After this many in a row the node fails. The death of a worker also shows as a
 * throw, so this takes minutes.
 */
const MAX_CRASHES = 8;
const crashWait = (crashes: number): number => Math.min(60, 5 * 2 ** (crashes - 1));

/** What a new generation needs to go on. */
interface Resume {
  spentMs: number;
  /** When the first generation began. */
  since?: number;
  /** When `begin` had answered: looks are counted from there. */
  begunAt?: number;
  token?: string;
}

/** One resource, check or action: begin -> (durable timer -> one poll) ... -> report. Its output is the message it reports. */
export function* node(context: OrchestrationContext): Steps<Message | undefined> {
  const given = context.df.getInput();
  mustBe(nodeInput, given, 'act');
  const { resume, ...input } = given as NodeInput & { resume?: Resume };
  const { timeScale } = input.installation;
  const patience = new Patience(timeoutMs(input.timeoutSeconds, timeScale), resume?.spentMs);
  const since = resume?.since ?? now(context);
  let token = resume?.token;
  let begunAt = resume?.begunAt;
  let crashes = 0;

  for (let polls = 0; polls < POLLS_PER_GENERATION; polls++) {
    const last = patience.ask(now(context));
    let step: NodeStep;
    try {
      step = (yield token === undefined
        ? context.df.callActivity(ACTIVITY.begin, input)
        : context.df.callActivity(ACTIVITY.poll, { ...input, token })) as NodeStep;
      crashes = 0;
    } catch (error) {
      const failure: Failure = { class: 'unknown', code: 'ActivityFailed', message: messageOf(error) };
      step =
        ++crashes < MAX_CRASHES
          ? { step: 'again', afterSeconds: crashWait(crashes), failure }
          : { step: 'failed', failure };
    }
    if (step.step !== 'running' && step.step !== 'again') return yield* finish(context, input, step, since);
    const begins = step.step === 'running' && begunAt === undefined;
    if (last && !begins) return yield* finish(context, input, timedOut(input, step), since);

    let wait: number;
    if (step.step === 'running') {
      token = step.token;
      if (begins) patience.begin(now(context));
      begunAt ??= now(context);
      wait = pollWait({ ...input, timeScale }, now(context) - begunAt);
      context.df.setCustomStatus({ detail: step.detail ?? 'running' });
    } else {
      // Nothing happened. Retry-After is Azure's, so the time scale does not apply.
      wait = step.afterSeconds * 1000;
      context.df.setCustomStatus({ detail: `${step.failure.code}; again in ${Math.ceil(step.afterSeconds)} s` });
    }
    patience.wait(wait);
    yield* sleep(context, wait);
  }
  patience.ask(now(context));
  const next: NodeInput & { resume: Resume } = {
    ...input,
    resume: {
      spentMs: patience.spentMs,
      since,
      ...(begunAt === undefined ? {} : { begunAt }),
      ...(token === undefined ? {} : { token }),
    },
  };
  context.df.continueAsNew(next);
  return undefined;
}

function timedOut(
  input: NodeInput,
  step: Extract<NodeStep, { step: 'running' | 'again' }>,
): Extract<NodeStep, { step: 'failed' }> {
  const last =
    step.step === 'again' ? `${step.failure.code}: ${step.failure.message}` : (step.detail ?? 'still running');
  return {
    step: 'failed',
    failure: {
      class: 'timeout',
      code: 'TimedOut',
      message: `${input.node} was not done after ${input.timeoutSeconds} s (${last})`,
    },
  };
}

function* finish(
  context: OrchestrationContext,
  input: NodeInput,
  step: Exclude<NodeStep, { step: 'running' | 'again' }>,
  since: number,
): Steps<Message> {
  const message: Message = {
    type: 'node',
    deploymentId: input.deploymentId,
    node: input.node,
    attempt: input.attempt,
    outcome: step.step,
    ...('facts' in step && step.facts ? { facts: step.facts } : {}),
    ...('failure' in step ? { failure: step.failure } : {}),
  };
  context.df.setCustomStatus({
    detail: 'failure' in step ? `${step.failure.code}: ${step.failure.message}` : step.step,
  });
  yield* report(context, { parent: input.parent, message, ...took(context, since) });
  return message;
}
