/** A scriptable loopback stand-in for Azure: each test says what one request answers, and reads what was sent. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AzureClients, createClients } from '../../azure/sdk.ts';
import { readSettings, type Settings } from '../../azure/settings.ts';

export interface Sent {
  method: string;
  host: string;
  path: string;
  query: URLSearchParams;
  body: string;
  authorization: string | undefined;
}
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
/** What to answer; 'reset' cuts the connection. */
export type Handler = (sent: Sent, nth: number) => Answer | 'reset';

export const ENVIRONMENT = {
  AZURE_CLOUD: 'simulator',
  SIM_URL: 'http://127.0.0.1:7072',
  KEY_VAULT_URL: 'https://control.vault.azure.net',
  MIXER_VAULT_URL: 'https://mixers.vault.azure.net',
  MIXER_IMAGE_ID:
    '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/g/images/mixer/versions/1.0.0',
  MIXER_IDENTITY_ID:
    '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer',
  RELAY_IMAGE: 'streamcontrol.azurecr.io/relay:1',
  SLIDE_SPLITTER_IMAGE: 'streamcontrol.azurecr.io/relay:1',
  RELAY_IDENTITY_ID:
    '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/relay',
  DEFAULT_REGION: 'westeurope',
  PUBLIC_URL: 'http://127.0.0.1:7071',
  AUTH_MODE: 'local',
} as const;

export interface Fake extends AsyncDisposable {
  clients: AzureClients;
  settings: Settings;
  sent: Sent[];
}

/** Starts the stand-in and clients that reach it exactly as they reach the simulator. */
export async function fakeAzure(handler: Handler): Promise<Fake> {
  const sent: Sent[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const one: Sent = {
      method: request.method ?? '',
      host: String(request.headers['x-sim-host']),
      path: url.pathname,
      query: url.searchParams,
      body: await text(request),
      authorization: request.headers.authorization,
    };
    sent.push(one);
    const answer = handler(one, sent.length);
    if (answer === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  const settings = readSettings({ ...ENVIRONMENT, SIM_URL: `http://127.0.0.1:${port}` });
  return {
    clients: createClients(settings),
    settings,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  let whole = '';
  for await (const chunk of request) whole += chunk;
  return whole;
}
