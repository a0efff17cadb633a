/** The Azure SDK clients of this process, loaded and made when they are first needed. */
import { perHost } from '../ports/per-host.ts';
import type { AzureClients } from './sdk.ts';
import { settings } from './settings.ts';

export type { AzureClients } from './sdk.ts';

const bySubscription = perHost(() => new Map<string, AzureClients>());

/** The clients of this process for a subscription. */
export async function clients(subscriptionId: string): Promise<AzureClients> {
  const { createClients } = await import('./sdk.ts');
  const made = bySubscription();
  const known = made.get(subscriptionId) ?? createClients(settings(), subscriptionId);
  made.set(subscriptionId, known);
  return known;
}
