/** Tells a relay what to do, with a proof: its page is public (contract/relay-control.ts). */
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import { proofOf, SOURCE_ROUTE, sourceAnswerSchema, type WantedPresenter } from '../contract/relay-control.ts';

export type Switched =
  | { ok: true; wanted: WantedPresenter; onAir: 'main' | 'backup' | null }
  | { ok: false; reason: string };

/** Milliseconds a relay may take to answer. */
const TIMEOUT = 5_000;

/**
 * Never throws.
 * @param passphrase the deployment's, that only the control plane and the relay know
 * @param now ms since the epoch
 */
export async function switchSource(
  transport: HttpClient,
  { host, port }: { host: string; port: number },
  passphrase: string,
  active: WantedPresenter,
  now: number,
): Promise<Switched> {
  const body = JSON.stringify({ active });
  const request = createPipelineRequest({
    url: `http://${host}:${port}${SOURCE_ROUTE}`,
    method: 'POST',
    body,
    timeout: TIMEOUT,
    allowInsecureConnection: true,
  });
  request.headers.set('content-type', 'application/json');
  request.headers.set('authorization', await proofOf(passphrase, { method: 'POST', path: SOURCE_ROUTE, body }, now));
  try {
    const response = await transport.sendRequest(request);
    if (response.status !== 200) return { ok: false, reason: `it answers HTTP ${response.status}` };
    const answer = sourceAnswerSchema.safeParse(JSON.parse(response.bodyAsText ?? ''));
    return answer.success ? { ok: true, ...answer.data } : { ok: false, reason: 'its answer cannot be read' };
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    return { ok: false, reason: `no answer (${code ?? name ?? 'unknown'})` };
  }
}
