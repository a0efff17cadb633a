/** What lifecycles were started with, read anew at every look at one, and never another. */
import { isLifecycleOf } from '../domain/seam/lifecycle-check.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';

interface Known {
  input: LifecycleInput;
  /** By event name: whether it is what a lifecycle of it starts with. */
  fits: Map<string, boolean>;
}

/** By its text: those looked at last. */
const known = new Map<string, Known>();
/** Events that are looked at in turn at any one time, and some more. */
const MOST = 128;

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/**
 * The same object for the same input: it is checked once, and what is compiled from it (components, graph) is compiled once.
 * @returns undefined for what is no input of a lifecycle of this event
 */
export function knownInput(event: string, given: unknown): LifecycleInput | undefined {
  const text = JSON.stringify(given);
  const found = known.get(text) ?? { input: frozen(given as LifecycleInput), fits: new Map() };
  // The one looked at last is the last to be forgotten.
  known.delete(text);
  known.set(text, found);
  for (const oldest of known.keys()) {
    if (known.size <= MOST) break;
    known.delete(oldest);
  }
  const fits = found.fits.get(event) ?? isLifecycleOf(event, given);
  found.fits.set(event, fits);
  return fits ? found.input : undefined;
}
