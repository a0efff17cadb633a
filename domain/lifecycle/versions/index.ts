/** Released versions of the reducer, as they were. Written by scripts/freeze-reducer.ts. */
import type { Reducer } from '../../seam/reducer.ts';

export const FROZEN: Readonly<Record<number, Reducer>> = {};
