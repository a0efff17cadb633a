/** The durable client of an invocation. */
import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

let latest: { key: string; client: df.DurableClient } | undefined;

/**
 * The SDK's client, made anew only when the host says something else: it holds no state of an invocation, and making one checks
 * every address the host gave, which costs more than most of what is done with it.
 */
export function clientOf(context: InvocationContext): df.DurableClient {
  const binding = context.options.extraInputs.find(({ type }) => type === 'durableClient');
  const given = binding && context.extraInputs.get(binding);
  // The SDK says what is wrong.
  if (!given) return df.getClient(context);
  const key = JSON.stringify(given);
  if (latest?.key !== key) latest = { key, client: df.getClient(context) };
  return latest.client;
}
