/** What every phase of a build does: look first, send the one request that makes what is not there, say how it stands. */
import type { AzureClients } from '../../azure/clients.ts';
import { classify } from '../../azure/errors.ts';
import { isTaggedOurs, tagOf } from '../../domain/ownership.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import type { ImageStep, ImageStepInput } from '../../domain/seam/image-build.ts';

export interface BuildContext {
  azure: AzureClients;
  input: ImageStepInput;
}
export type PhaseStep = (context: BuildContext) => Promise<ImageStep>;

export const done = (detail?: string): ImageStep => ({ step: 'done', ...(detail === undefined ? {} : { detail }) });
export const running = (detail?: string): ImageStep => ({
  step: 'running',
  ...(detail === undefined ? {} : { detail }),
});
export const failed = (failure: Failure): ImageStep => ({ step: 'failed', failure });

/** What stands under a name that the build gives. */
export interface Standing {
  tags?: Record<string, string> | undefined;
  state: string | undefined;
  failure?: Failure;
  detail?: string;
}

export interface Made {
  /** ARM id, for people and errors. */
  id: string;
  look(): Promise<Standing | undefined>;
  /** Sends the request and does not wait for its end. */
  send(): Promise<unknown>;
  /** Whether what stands is this build's; by the tag that everything in its group has, if not said otherwise. */
  isOurs?(tags: Record<string, string> | undefined): boolean;
}

const named = (id: string): string => id.split('/').slice(-2).join(' ');

/** Makes one thing, or says how far it is. What stands there and is not this build's is left alone. */
export async function make(
  { input }: Pick<BuildContext, 'input'>,
  { id, look, send, isOurs = (tags) => isTaggedOurs(tags, input.deploymentId) }: Made,
): Promise<ImageStep> {
  const standing = await look();
  if (!standing) {
    try {
      await send();
    } catch (error) {
      // A look that came too early saw nothing of what is being made: the next one sees it.
      if (classify(error).failure.class !== 'conflict' || !(await look())) throw error;
    }
    return running(`${named(id)} is being made`);
  }
  if (!isOurs(standing.tags))
    return failed({
      class: 'foreign',
      code: 'ForeignResource',
      message: `Cannot use ${id} as it is not this build’s (${tagOf(standing.tags, 'build') ?? tagOf(standing.tags, 'deployment') ?? 'no tag'})`,
      resource: id,
      advice: 'choose another version, or remove it by hand if it is yours',
    });
  const state = (standing.state ?? '').toLowerCase();
  if (standing.failure) return failed(standing.failure);
  if (state === 'failed' || state === 'canceled')
    return failed({
      class: 'unknown',
      code: state === 'failed' ? 'ResourceFailed' : 'ResourceCanceled',
      message: `Azure says that ${named(id)} has ${state}`,
      resource: id,
      advice: 'the activity log of its resource group says why',
    });
  return state === 'succeeded' ? done() : running(standing.detail ?? `${named(id)}: ${standing.state ?? 'Unknown'}`);
}
