/** What is on the screen: as it is now, or as it was at a second of the event's past, rebuilt from its journal and its steps. */
import { computed, signal } from '@preact/signals';
import { past, type Shown } from '../say/past.ts';
import { deployment, event, journal } from './live.ts';

/** Milliseconds since the Unix epoch; undefined is now. */
export const looking = signal<number | undefined>(undefined);

export const shown = computed<Shown | undefined>(() => {
  const now = event.value;
  if (!now) return undefined;
  const nodes = deployment.value?.nodes ?? [];
  const at = looking.value;
  if (at !== undefined) return past(nodes, journal.value, now.components, at);
  return { state: now.state, since: now.since, nodes, components: now.components, at: undefined };
});
