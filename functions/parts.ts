/** The components of an event, as doors look for them. */

import type { Part } from '../domain/kinds/kind.ts';
import { isMixer } from '../domain/kinds/view.ts';
import { languagesIn, partsOf } from '../domain/status/parts.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { decoded } from './views.ts';

type Shown = Pick<Lifecycle, 'input' | 'status'>;

export const partsIn = (lifecycle: Shown): Part[] => partsOf(lifecycle.input, decoded(lifecycle));

/** What speaks for each language, in the order of the languages. */
export function mixersIn(lifecycle: Shown): Part[] {
  const languages = languagesIn(lifecycle.input, decoded(lifecycle));
  const place = (part: Part) => languages.indexOf(languageOf(part));
  return partsIn(lifecycle)
    .filter(isMixer)
    .sort((one, other) => place(one) - place(other));
}

/** The language a component is for. */
export const languageOf = ({ member }: Pick<Part, 'member'>): string => member.each ?? '';
