/** Asks a public relay how it is. */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { readRelayHealth } from '../contract/relay-health.ts';

/** What a relay said of itself. `unreadable`: no object of JSON, or far too long for one. It serves callers all the same. */
type Said = Record<string, unknown> | { unreadable: true };
export type Probe = { healthy: true; health: Said } | { healthy: false; reason: string };

/** Milliseconds a component may take to answer. */
const TIMEOUT = 5_000;

/** One GET of `http://<host>:<port><path>`; 200 is healthy whatever it says, everything else is not and says why. Never throws. */
export async function probe(transport: HttpClient, host: string, port: number, path = '/health'): Promise<Probe> {
  const request = createPipelineRequest({
    url: `http://${host}:${port}${path}`,
    timeout: TIMEOUT,
    allowInsecureConnection: true,
  });
  try {
    const response = await transport.sendRequest(request);
    if (response.status !== 200) return { healthy: false, reason: `answers HTTP ${response.status}` };
    return { healthy: true, health: readRelayHealth(response.bodyAsText ?? '') ?? { unreadable: true } };
  } catch (error) {
    return { healthy: false, reason: unanswered(error) };
  }
}

/** Why a request was not answered, in words that name no address. */
export function unanswered(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string };
  return `no answer (${code ?? name ?? 'unknown'})`;
}
