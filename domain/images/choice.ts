/** Which version an event starts from: the one it is pinned to, else the one that was chosen, else what the installation is set to. */

import { own } from '../own.ts';
import type { ImageChoice } from '../seam/image-choice.ts';
import { compareVersions, newestProved, type Version, type Wanted } from './versions.ts';

export interface Choices {
  /** By image. */
  chosen?: Record<string, ImageChoice>;
  /** By image, then by event. */
  pins?: Record<string, Record<string, ImageChoice>>;
}

export const choiceFor = ({ chosen, pins }: Choices, image: string, event: string): ImageChoice | undefined =>
  own(own(pins ?? {}, image) ?? {}, event) ?? own(chosen ?? {}, image);

/** Events that are pinned to versions of an image, by name. */
export const pinsOf = ({ pins }: Choices, image: string): { event: string; version: string }[] =>
  Object.entries(own(pins ?? {}, image) ?? {})
    .map(([event, { version }]) => ({ event, version }))
    .sort((a, b) => (a.event < b.event ? -1 : 1));

/** Events that are pinned to one of them. */
export const pinnedTo = (choices: Choices, image: string, version: string): string[] =>
  pinsOf(choices, image).flatMap((pin) => (pin.version === version ? [pin.event] : []));

/** The choice with a pin set, or taken away. */
export function withPin(choices: Choices, image: string, event: string, pin: ImageChoice | undefined): Choices {
  const { [event]: _before, ...others } = own(choices.pins ?? {}, image) ?? {};
  return { ...choices, pins: { ...choices.pins, [image]: pin ? { ...others, [event]: pin } : others } };
}
export function withChosen(choices: Choices, image: string, choice: ImageChoice | undefined): Choices {
  const { [image]: _before, ...others } = choices.chosen ?? {};
  return { ...choices, chosen: choice ? { ...others, [image]: choice } : others };
}

export interface Taken {
  version: string;
  /** What people must be told: it is another version than the one that was chosen. */
  said?: string;
}

/** The version that a choice comes to: itself while it is there, else the next newest that is proved. Undefined when there is none. */
export function takenVersion(
  choice: ImageChoice,
  versions: readonly Version[],
  wanted: Omit<Wanted, 'before'>,
): Taken | undefined {
  const there = versions.some(
    (one) =>
      one.osState === wanted.osState && compareVersions(one.name, choice.version) === 0 && one.state !== 'Deleting',
  );
  if (there) return { version: choice.version };
  const next = newestProved(versions, { ...wanted, before: choice.version }) ?? newestProved(versions, wanted);
  return (
    next && {
      version: next.name,
      said: `version ${choice.version} that was chosen is gone: ${next.name}, the next newest that is proved, is taken`,
    }
  );
}
