/**
 * What the app would send, and what stands there instead: clients whose PUT is never sent. In its place the same address is read, as
 * the same caller and in the same API version, so both bodies speak one language.
 */
import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { SecretClient } from '@azure/keyvault-secrets';
import type { AzureClients } from './clients.ts';
import { settings } from './settings.ts';

export interface Captured {
  /** ARM id. */
  id: string;
  /** Body of the request that was not sent. */
  planned: unknown;
  /** What the same address holds; undefined when nothing does. */
  actual: unknown;
}

class NotSent extends Error {
  override name = 'NotSent';
}

/** Stands for secrets: the request is never sent, so they are never read. */
const withheld = { getSecret: async (name: string) => ({ name, value: 'withheld' }) };

function capturing(network: HttpClient, keep: (captured: Captured) => void): HttpClient {
  return {
    async sendRequest(request) {
      if (request.method === 'GET' || request.method === 'HEAD') return await network.sendRequest(request);
      if (request.method !== 'PUT') throw new NotSent(`${request.method} is not for looking`);
      const headers = createHttpHeaders(
        Object.fromEntries([...request.headers].filter(([name]) => !name.startsWith('content-'))),
      );
      const answer = await network.sendRequest(
        createPipelineRequest({ url: request.url, method: 'GET', headers, timeout: request.timeout }),
      );
      if (answer.status !== 200 && answer.status !== 404)
        throw new NotSent(`reading it was answered HTTP ${answer.status}`);
      keep({
        id: decodeURIComponent(new URL(request.url).pathname),
        planned: JSON.parse(String(request.body ?? 'null')),
        actual: answer.status === 200 ? JSON.parse(answer.bodyAsText ?? 'null') : undefined,
      });
      throw new NotSent('kept');
    },
  };
}

/**
 * Runs `send`, which puts one resource, without sending it.
 * @returns undefined when it never came to its request
 * @throws what `send` threw before it
 */
export async function captured(
  azure: AzureClients,
  subscriptionId: string,
  send: (clients: AzureClients) => Promise<unknown>,
): Promise<Captured> {
  const { createClients } = await import('./sdk.ts');
  let found: Captured | undefined;
  const clients = createClients(settings(), subscriptionId, {
    credential: azure.credential,
    transport: capturing(azure.transport, (one) => {
      found = one;
    }),
  });
  // Only what reads a secret's value is asked of it.
  const secrets = () => withheld as unknown as SecretClient;
  try {
    await send({ ...clients, secrets });
  } catch (error) {
    if (!found) throw error;
  }
  if (!found) throw new Error('Cannot compare what is made without a PUT');
  return found;
}
