/** What only the control plane may ask of a relay: each request shows its proof (contract/relay-control.ts). */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { proofOf } from '../contract/relay-control.ts';
import { ports } from '../ports/index.ts';

/** Where a relay answers, and what proofs for it are made of: a passphrase that only the control plane and it know. */
export interface Proven {
  host: string;
  port: number;
  passphrase: string;
}

/** ms a relay may take to answer. */
const TIMEOUT = 5_000;

/** Sends one request with its proof. @param at when it was decided on, ms since 1970: a later one that came first stands. @throws RestError where nothing answers */
export async function askRelay(
  transport: HttpClient,
  { host, port, passphrase }: Proven,
  { method, path, body = '' }: { method: 'GET' | 'POST'; path: string; body?: string },
  at = ports().now(),
): Promise<{ status: number; type: string; bytes: Uint8Array }> {
  const authorization = await proofOf(passphrase, { method, path, body }, at);
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
