/** A scenario that needs more than a start and an end. */
import type { Telling } from '../side.ts';

export interface Story {
  name: string;
  /** What happens at once may come in any order: histories are compared as sets. */
  anyOrder?: boolean;
  tell(on: Telling, serverUrl: string): Promise<unknown>;
}

/** Where the management API has the instance of a story. */
export const at = (on: Telling, path = ''): string => `/instances/${on.id}${path}`;
