/** Asks a public relay how it is. */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';

/** What a relay answers on `/health`. */
export interface RelayHealth {
  input?: { connected?: boolean; bitrate?: number };
  source?: 'programme' | 'slate';
  callers?: number;
  restarts?: number;
  /** What was said is no object of JSON, or far too long for one. It serves callers all the same. */
  unreadable?: true;
}
export type Probe = { healthy: true; health: RelayHealth } | { healthy: false; reason: string };

/** Milliseconds a relay may take to answer. */
const TIMEOUT = 5_000;

/** One GET of `http://<host>:<port>/health`; 200 is healthy whatever it says, everything else is not and says why. Never throws. */
export async function probe(transport: HttpClient, host: string, port: number): Promise<Probe> {
  const request = createPipelineRequest({
    url: `http://${host}:${port}/health`,
    timeout: TIMEOUT,
    allowInsecureConnection: true,
  });
  try {
    const response = await transport.sendRequest(request);
    if (response.status !== 200) return { healthy: false, reason: `answers HTTP ${response.status}` };
    return { healthy: true, health: read(response.bodyAsText ?? '') };
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    return { healthy: false, reason: `no answer (${code ?? name ?? 'unknown'})` };
  }
}

/** Characters that what a relay says of itself may have. */
const LONGEST = 16_384;

/** Words that cannot be read are no reason to restart what serves. */
function read(text: string): RelayHealth {
  try {
    const value: unknown = text.length > LONGEST ? undefined : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { unreadable: true };
}
