/** What only the control plane may ask of a relay: each request shows its proof (contract/relay-control.ts). */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type { AzureClients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { CONTROL_VARIABLE, proofOf } from '../contract/relay-control.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { ports } from '../ports/index.ts';

/** A relay that can be asked: where it answers, and what proofs are made of. */
export interface Relay {
  component: string;
  host: string;
  port: number;
  /** Of its health page. */
  path: string;
  passphrase: string;
}

/** The relay that a component is; undefined for another program, or while its passphrase is not made. @param host as Azure gave it */
export async function relayOf(
  azure: AzureClients,
  settings: Settings,
  part: Part,
  host: string | undefined,
): Promise<Relay | undefined> {
  const kind = kindOf(part.rule);
  const health = kind.health(part);
  const given = kind.given?.(part, CONTROL_VARIABLE);
  if (!health || !given || !host) return undefined;
  const vaultUrl = given.vault === 'control' ? settings.keyVaultUrl : settings.mixerVaultUrl;
  const passphrase = await new Vault(azure.secrets(vaultUrl)).read(given.secret);
  return passphrase === undefined ? undefined : { component: part.id, ...health, host, passphrase };
}

/** ms a relay may take to answer. */
const TIMEOUT = 5_000;

/** Sends one request with its proof. @throws RestError where nothing answers */
export async function askRelay(
  transport: HttpClient,
  { host, port, passphrase }: Relay,
  { method, path, body = '' }: { method: 'GET' | 'POST'; path: string; body?: string },
): Promise<{ status: number; type: string; bytes: Uint8Array }> {
  const authorization = await proofOf(passphrase, { method, path, body }, ports().now());
  const request = createPipelineRequest({
    url: `http://${host}:${port}${path}`,
    method,
    timeout: TIMEOUT,
    allowInsecureConnection: true,
    ...(body === '' ? {} : { body }),
    // Pictures are no text.
    streamResponseStatusCodes: new Set([200]),
  });
  request.headers.set('authorization', authorization);
  if (body !== '') request.headers.set('content-type', 'application/json');
  const response = await transport.sendRequest(request);
  const type = response.headers.get('content-type') ?? '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
  const bytes = response.bodyAsText == null ? Buffer.concat(chunks) : Buffer.from(response.bodyAsText);
  return { status: response.status, type, bytes };
}
