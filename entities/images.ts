/** The durable entity of images: what came of builds, which versions are chosen, and which events are pinned to one. */
import * as df from 'durable-functions';
import { type Choices, withChosen, withPin } from '../domain/images/choice.ts';
import { own } from '../domain/own.ts';
import { type BuildRecord, buildRecord } from '../domain/seam/image-build.ts';
import { type BuildSchedule, choiceInputs, scheduleInputs } from '../domain/seam/image-choice.ts';
import { mustBe } from '../domain/seam/input.ts';
import { stateOf } from '../durable/entity.ts';

export interface ImagesState extends Choices {
  /** The latest, newest first. */
  builds: BuildRecord[];
  /** Builds that begin by themselves, by image. */
  schedules?: Record<string, BuildSchedule>;
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
    const state = entity.getState(() => ({ builds: [] })) as ImagesState;
    const input: unknown = entity.getInput();
    switch (entity.operationName) {
      case 'built':
        mustBe(buildRecord, input, 'keep what came of a build');
        entity.setState(withBuild(state, input));
        break;
      case 'choose':
        mustBe(choiceInputs.choose, input, 'choose a version');
        entity.setState({ ...state, ...withChosen(state, input.image, input.choice ?? undefined) });
        break;
      case 'pin':
        mustBe(choiceInputs.pin, input, 'pin an event to a version');
        entity.setState({ ...state, ...withPin(state, input.image, input.event, input.choice ?? undefined) });
        break;
      case 'schedule': {
        mustBe(scheduleInputs.schedule, input, 'schedule a build');
        const { [input.image]: before, ...others } = state.schedules ?? {};
        const last = before?.last;
        const next = input.schedule && { ...input.schedule, ...(last ? { last } : {}) };
        entity.setState({ ...state, schedules: next ? { ...others, [input.image]: next } : others });
        break;
      }
      case 'came': {
        mustBe(scheduleInputs.came, input, 'keep what came of a scheduled build');
        const known = own(state.schedules ?? {}, input.image);
        if (known)
          entity.setState({
            ...state,
            schedules: { ...state.schedules, [input.image]: { ...known, last: input.last } },
          });
        break;
      }
    }
  });
}
