/**
 * stream-control on the simulated Azure, plugged in as one more provider: what its installation put there, and the programs that run
 * inside its machines and containers. It has no ARM surface of its own.
 */

import { BOOTED, VM } from '../azure/compute/vm-state.ts';
import { STARTED } from '../azure/container-instance/life.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import type { Provider } from '../azure/core/provider.ts';
import { providers } from '../azure/providers.ts';
import { BEAT, beat, boot } from './agent.ts';
import type { Uses } from './facets.ts';
import { breakInside, refuseInside } from './faults.ts';
import { healthHost } from './health.ts';
import { install } from './installation.ts';
import { SHOW, show } from './pictures.ts';

export const fleet: Provider<Uses> = {
  namespace: 'StreamControl.Fleet',
  types: [],
  hosts: [healthHost],
  inside: { [VM]: breakInside, [CONTAINER_GROUP]: refuseInside },
  jobs: {
    [BOOTED]: (sim, data) => {
      boot(sim, String(data.id), Number(data.boots));
    },
    [STARTED]: (sim, data) => {
      boot(sim, String(data.id), Number(data.startedAt));
    },
    [BEAT]: beat,
    [SHOW]: show,
  },
  start: install,
};

/** Azure with the fleet in it. */
export const fleetProviders: readonly Provider[] = [fleet, ...providers];
