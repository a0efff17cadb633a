/** What a view asks for: asked again after a second where what went wrong may pass by itself. */
import { type Signal, useSignal } from '@preact/signals';
import { isPassing, wordsOf } from '../api/client.ts';

const AGAIN = 1_000;

export interface Loaded<Found> {
  found: Signal<Found | undefined>;
  /** Why the latest try brought nothing. */
  wrong: Signal<string | undefined>;
  load: () => Promise<void>;
}

export function useLoaded<Found>(read: () => Promise<Found>): Loaded<Found> {
  const found = useSignal<Found | undefined>(undefined);
  const wrong = useSignal<string | undefined>(undefined);
  const load = async (): Promise<void> => {
    try {
      found.value = await read();
      wrong.value = undefined;
    } catch (error) {
      wrong.value = wordsOf(error);
      if (isPassing(error)) setTimeout(() => void load(), AGAIN);
    }
  };
  return { found, wrong, load };
}
