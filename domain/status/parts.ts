/** The components of an event by what its status shows. */
import type { Part } from '../kinds/kind.ts';
import { eachesOf } from '../plan/each.ts';
import { initialLayout } from '../plan/initial.ts';
import type { Layout } from '../plan/layout.ts';
import { standingParts } from '../plan/parts.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { DecodedStatus } from './decoded.ts';

type Shown = Pick<DecodedStatus, 'members' | 'region' | 'addresses'>;

export const layoutOf = (input: LifecycleInput, { members, region, addresses }: Shown): Layout => ({
  ...initialLayout(input),
  region,
  members,
  addresses,
});

/** Those that are not on their way out. */
export const partsOf = (input: LifecycleInput, status: Shown): Part[] => standingParts(input, layoutOf(input, status));

/** Languages that the event has: those of its request first, in their order, then those that were added. */
export function languagesIn({ template, request }: LifecycleInput, { members }: Pick<Shown, 'members'>): string[] {
  const there = eachesOf(
    template,
    'language',
    members.filter(({ removed }) => !removed),
  );
  const first = request.languages.filter((language) => there.includes(language));
  return [...first, ...there.filter((language) => !first.includes(language))];
}
