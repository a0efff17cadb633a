/** What is done to components, by their kind: a folder here, one in domain/kinds, and a line in each index. */
import { own } from '../../domain/own.ts';
import { containers } from './containers/index.ts';
import type { KindActivities } from './kind.ts';
import { machine } from './machine/index.ts';

const kinds: Record<string, KindActivities> = { containers, machine };

/** Makes a kind's activities known, before anything is deployed. @throws Error when there are some of that name */
export function addKindActivities(name: string, activities: KindActivities): void {
  if (own(kinds, name)) throw new Error(`Cannot add the kind ${name} as there is one already`);
  kinds[name] = activities;
}

/** @throws Error for a kind that there is not */
export function activitiesOf(kind: string): KindActivities {
  const found = own(kinds, kind);
  if (!found) throw new Error(`Cannot act on a component of kind ${kind}; there are ${Object.keys(kinds).join(', ')}`);
  return found;
}

/** What makes and checks a kind of node; undefined where no kind of component has such nodes. */
export const handlerOf = (node: string) => Object.values(kinds).flatMap(({ handlers }) => own(handlers, node) ?? [])[0];
