import type { NodeState } from '../../../contract/api/deployment.ts';
import type { Tone } from '../say/language.ts';

const TONES: Record<NodeState, Tone> = {
  waiting: 'idle',
  running: 'work',
  done: 'good',
  failed: 'bad',
  stopped: 'off',
  skipped: 'off',
};
export const nodeTone = (state: NodeState): Tone => TONES[state];
