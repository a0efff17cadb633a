/** Asks a program that shares a secret with the control plane (contract/sealed.ts). */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { SEALED_ROUTE, seal, unseal } from '../contract/sealed.ts';
import { ports } from '../ports/index.ts';

/** ms it may take to answer: hashing a password is slow. */
const TIMEOUT = 8_000;

export interface SealedPlace {
  host: string;
  port: number;
  secret: string;
}

/** @returns what it answered; undefined when the answer is not sealed with the secret. @throws RestError where nothing answers */
export async function askSealed(
  transport: HttpClient,
  { host, port, secret }: SealedPlace,
  value: unknown,
): Promise<unknown> {
  const question = await seal(secret, value, ports().now());
  const request = createPipelineRequest({
    url: `http://${host}:${port}${SEALED_ROUTE}`,
    method: 'POST',
    timeout: TIMEOUT,
    allowInsecureConnection: true,
    body: JSON.stringify(question),
  });
  request.headers.set('content-type', 'application/json');
  const { status, bodyAsText } = await transport.sendRequest(request);
  if (status !== 200) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(bodyAsText ?? '');
  } catch {
    return undefined;
  }
  return unseal(secret, answer, ports().now(), question);
}
