/** The durable entity that keeps what came of image builds. */
import * as df from 'durable-functions';
import { type BuildRecord, buildRecord } from '../domain/seam/image-build.ts';
import { mustBe } from '../domain/seam/input.ts';
import { stateOf } from '../durable/entity.ts';

export interface ImagesState {
  /** The latest, newest first. */
  builds: BuildRecord[];
}
const KEPT = 50;
const NAME = 'images';
export const imagesEntity = new df.EntityId(NAME, 'all');

export const readImages = async (durable: df.DurableClient): Promise<ImagesState> =>
  (await stateOf<ImagesState>(durable, imagesEntity)) ?? { builds: [] };

/** A build that is told of twice counts once. */
export const withBuild = ({ builds, ...state }: ImagesState, build: BuildRecord): ImagesState => ({
  ...state,
  builds: [build, ...builds.filter(({ buildId }) => buildId !== build.buildId)].slice(0, KEPT),
});

export function registerImages(): void {
  df.app.entity<ImagesState>(NAME, ({ df: entity }) => {
    if (entity.operationName !== 'built') return;
    const build: unknown = entity.getInput();
    mustBe(buildRecord, build, 'keep what came of a build');
    entity.setState(withBuild(entity.getState(() => ({ builds: [] })) as ImagesState, build));
  });
}
