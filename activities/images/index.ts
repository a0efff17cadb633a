/** The activity of image builds: one look at a phase, by whatever process, as often as it takes. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../../azure/clients.ts';
import { classify } from '../../azure/errors.ts';
import { builtNotice } from '../../domain/images/told.ts';
import { instanceId } from '../../domain/names.ts';
import type { BuildAction, BuildRecord, ImageStep, ImageStepInput } from '../../domain/seam/image-build.ts';
import { imageStepInput } from '../../domain/seam/image-build.ts';
import { inputProblem } from '../../domain/seam/input.ts';
import { startNotification } from '../../durable/tell.ts';
import { imagesEntity } from '../../entities/images.ts';
import { foreignInstallation } from '../../inspect/claims.ts';
import { capture, discard, generalised, prepare, prove } from './gallery.ts';
import { boot, network, stop, trial, warm } from './machine.ts';
import { failed, type PhaseStep } from './step.ts';
import { customise } from './template.ts';

const STEPS: Record<BuildAction, PhaseStep> = {
  prepare,
  customise,
  generalised,
  network,
  boot,
  warm,
  stop,
  capture,
  trial,
  prove,
  discard,
};

/** Never throws for what Azure says, nor for what it is given. */
export async function imageStep(input: ImageStepInput): Promise<ImageStep> {
  const problem = inputProblem(imageStepInput, input);
  if (problem !== undefined)
    return failed({ class: 'configuration', code: 'InvalidInput', message: `Cannot build an image: ${problem}` });
  const foreign = foreignInstallation(input.installation);
  if (foreign) return failed(foreign);
  try {
    return await STEPS[input.action]({ azure: await clients(input.installation.subscriptionId), input });
  } catch (error) {
    const { failure, retryAfterSeconds } = classify(error, input.resourceGroup);
    return retryAfterSeconds === undefined
      ? failed(failure)
      : { step: 'again', afterSeconds: retryAfterSeconds, failure };
  }
}

/** Keeps what came of a build where the next one does not overwrite it, and tells people: it takes an hour, or began by itself. */
export async function keepBuild(record: BuildRecord, durable: DurableClient): Promise<void> {
  await durable.signalEntity(imagesEntity, 'built', record);
  await startNotification(durable, instanceId.built(record.buildId), builtNotice(record));
}
