import type { Reducer } from '../seam/reducer.ts';
import { decodeStatus } from '../status/decode.ts';
import { encodeStatus } from '../status/encode.ts';
import { performed, reduce, startLifecycle, takenOver } from './reduce.ts';
import type { LifecycleState } from './state.ts';

/** The reducer as it stands in the sources, of version REDUCER_VERSION. Everything it imports is frozen with it. */
export const reducer: Reducer<LifecycleState> = {
  start: startLifecycle,
  receive: reduce,
  performed,
  takeOver: takenOver,
  standing: ({ life, end }) => ({
    state: life.state,
    finishing: end.finishing === true,
    finished: end.finished === true,
  }),
  encode: encodeStatus,
  decode: decodeStatus,
};
