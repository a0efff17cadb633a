import type { LifecycleState } from '../lifecycle/state.ts';
import type { LifecycleInput } from '../workflow.ts';
import type { EncodedStatus } from './encoded.ts';
export const encodeStatus = (_input: LifecycleInput, state: LifecycleState): EncodedStatus => ({
  v: 1,
  s: state.state,
});
