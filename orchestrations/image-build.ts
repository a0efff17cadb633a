import type { OrchestrationContext } from 'durable-functions';
import { buildCost, DISCARD, type Phase, phasesOf, versionIds } from '../domain/images/build.ts';
import { Course } from '../domain/images/course.ts';
import { instanceId } from '../domain/names.ts';
import { pollWait, timeoutMs } from '../domain/plan/polling.ts';
import type { Failure } from '../domain/seam/failure.ts';
import { ACTIVITY, ORCHESTRATION } from '../domain/seam/functions.ts';
import { type BuildRecord, type ImageBuildInput, type ImageStep, imageBuildInput } from '../domain/seam/image-build.ts';
import { mustBe } from '../domain/seam/input.ts';
import type { RemovedMessage, RemoveInput } from '../domain/seam/removal.ts';
import { Patience } from './patience.ts';
import { callPatiently, messageOf, now, type Steps, sleep } from './retry.ts';

/** Failed calls of the activity after which a phase counts as failed: about six minutes. */
const TRIES = 12;
/** Tries to write down what came of it; each waits up to a minute. */
const KEEP_TRIES = 60;

/**
 * Builds a version of an image: phase after phase, each by one activity that looks first. Whatever happens, the group of the build is
 * removed and proved gone; when it fails, its versions are taken back too. Its output is the record that is kept.
 * @throws Error for an invalid input, before anything is done
 */
export function* imageBuild(context: OrchestrationContext): Steps<BuildRecord> {
  const input: unknown = context.df.getInput();
  mustBe(imageBuildInput, input, 'build an image');
  const phases = phasesOf(input);
  const course = new Course(input.deploymentId, phases);
  let failure: Failure | undefined;
  for (const phase of phases) {
    failure = yield* carryOut(context, input, phase, course);
    if (failure) break;
  }
  if (failure) course.note(now(context), 'failed', `${failure.code}: ${failure.message}`);
  const removed = yield* clean(context, input, course);
  let taken: Failure | undefined;
  if (failure) taken = yield* carryOut(context, input, DISCARD, course);
  const versions = Object.values(versionIds(input));
  const remains = [...(removed?.remains ?? [input.resourceGroup]), ...(taken ? versions : [])];
  course.note(now(context), 'ended', remains.length === 0 ? 'nothing else is left' : `left: ${remains.length}`);
  const record: BuildRecord = {
    buildId: input.deploymentId,
    image: input.image,
    version: input.version,
    ...('from' in input.sources ? { from: input.sources.from } : {}),
    outcome: failure ? 'failed' : 'done',
    by: input.by,
    acceptedAt: input.acceptedAt,
    endedAt: iso(context),
    ...(failure ? { failure } : {}),
    journal: course.journal,
    cost: buildCost(input, course.machineMs(now(context))),
    versions: failure ? [] : versions,
    existed: (removed?.existed ?? []).map(({ id, type, name, createdAt, removedAt }) => ({
      id,
      type,
      name,
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(removedAt === undefined ? {} : { removedAt }),
    })),
    remains,
    verifiedAt: removed?.verifiedAt ?? iso(context),
  };
  try {
    yield* callPatiently(context, ACTIVITY.keepBuild, record, KEEP_TRIES);
  } catch {
    // The output says the same, until the next build.
  }
  return record;
}

/** One phase to its end. Returns why it could not be done. */
function* carryOut(
  context: OrchestrationContext,
  input: ImageBuildInput,
  phase: Phase,
  course: Course,
): Steps<Failure | undefined> {
  const { action, expectedSeconds, timeoutSeconds } = phase;
  const { timeScale } = input.installation;
  const began = now(context);
  course.begin(phase, began);
  context.df.setCustomStatus(course.shown(action, began));
  const patience = new Patience(timeoutMs(timeoutSeconds, timeScale));
  for (;;) {
    const last = patience.ask(now(context));
    let step: ImageStep;
    try {
      step = yield* callPatiently<ImageStep>(context, ACTIVITY.imageStep, { ...input, action }, TRIES);
    } catch (error) {
      return { class: 'unknown', code: 'StepCrashed', message: messageOf(error) };
    }
    if (step.step === 'failed') return step.failure;
    if (step.step === 'done') {
      course.end(phase, now(context), step.detail);
      return undefined;
    }
    if (last) return step.step === 'again' ? step.failure : timedOut(phase, step.detail);
    if (step.step === 'running') context.df.setCustomStatus(course.shown(action, began, step.detail));
    const pace = { expectedSeconds, pollSeconds: Math.min(input.pollSeconds, pollOf(phase)), timeScale };
    const wait = step.step === 'again' ? Math.max(1, step.afterSeconds) * 1000 : pollWait(pace, now(context) - began);
    patience.wait(wait);
    yield* sleep(context, wait);
  }
}

/** A short phase is looked at more often: it consists of steps of some seconds each, and waiting for the next look would be most of it. */
const pollOf = ({ expectedSeconds }: Phase): number => Math.max(2, expectedSeconds / 5);

/** Removes the build's group, as any group of ours is removed. Undefined when that broke: the reaper then takes it. */
function* clean(
  context: OrchestrationContext,
  input: ImageBuildInput,
  course: Course,
): Steps<RemovedMessage | undefined> {
  course.note(now(context), 'clean', 'removes everything but the versions');
  context.df.setCustomStatus(course.shown('clean', now(context)));
  const { deploymentId, event, resourceGroup, installation, pollSeconds } = input;
  const removal: RemoveInput = {
    deploymentId,
    event,
    parent: '',
    n: 0,
    resourceGroup,
    agents: [],
    vaultSecrets: [],
    // A build has none.
    secrets: false,
    installation,
    pollSeconds,
  };
  try {
    return (yield context.df.callSubOrchestrator(
      ORCHESTRATION.remove,
      removal,
      instanceId.remove(deploymentId, 0),
    )) as RemovedMessage;
  } catch (error) {
    course.note(now(context), 'clean-failed', messageOf(error));
    return undefined;
  }
}

const iso = (context: OrchestrationContext): string => new Date(now(context)).toISOString();
const timedOut = ({ text, timeoutSeconds }: Phase, detail: string | undefined): Failure => ({
  class: 'timeout',
  code: 'TimedOut',
  message: `it ${text}, and that was not done after ${Math.round(timeoutSeconds / 60)} minutes${detail === undefined ? '' : `: ${detail}`}`,
});
