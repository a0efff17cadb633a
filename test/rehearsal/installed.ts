/** What stands in the simulated subscription after an installation. */
import type { Resource } from '../../local/azure/core/model.ts';
import { VirtualClock } from '../../local/clock.ts';
import { createSimulator } from '../../local/fleet/simulator.ts';
import { Ledger, unusual } from './azure.ts';
import type { Installed } from './install.ts';
import { siteOf } from './platform.ts';

export interface InstalledResources {
  of(type: string): Resource[];
  /** App settings. @throws Error when the app could not start with them */
  settings(): Promise<Record<string, string>>;
}

export function installedResources({ snapshot, at }: Installed): InstalledResources {
  const simulator = createSimulator({ clock: new VirtualClock(at), ...unusual(new Ledger()), snapshot });
  return {
    of: (type) => [...simulator.kernel.resources.ofType(type)].filter(({ seeded }) => !seeded),
    settings: async () => (await siteOf(simulator)).settings,
  };
}
