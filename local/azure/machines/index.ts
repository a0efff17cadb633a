/** What runs inside the simulated machines. It has no ARM surface of its own: only the jobs that power changes start. */
import { BOOTED } from '../compute/vm-state.ts';
import type { Provider } from '../core/provider.ts';
import { BEAT, beat, boot } from './agent.ts';

export const machines: Provider = {
  namespace: 'Microsoft.Compute',
  types: [],
  jobs: {
    [BOOTED]: (sim, data) => {
      boot(sim, String(data.id), Number(data.boots));
    },
    [BEAT]: beat,
  },
};
