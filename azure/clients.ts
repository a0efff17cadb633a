/** The Azure SDK clients of this process, loaded and made when they are first needed. */
import type { AzureClients } from './sdk.ts';
import { settings } from './settings.ts';

export type { AzureClients } from './sdk.ts';

const bySubscription = new Map<string, AzureClients>();

/** The clients of this process for a subscription. */
export async function clients(subscriptionId: string): Promise<AzureClients> {
  const { createClients } = await import('./sdk.ts');
  const known = bySubscription.get(subscriptionId) ?? createClients(settings(), subscriptionId);
  bySubscription.set(subscriptionId, known);
  return known;
}
