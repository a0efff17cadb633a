/** Azure's instance metadata service (Microsoft Learn, "Azure Instance Metadata Service" and "How to use managed identities to acquire an access token"). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserData } from '../../contract/user-data.ts';

const HEADERS = { Metadata: 'true' };
/** A token is asked for again this long before it ends. */
const EARLY_MS = 5 * 60_000;

/**
 * The machine's userData, decoded. Waits for the service and for userData to be there: both may come after the first boot.
 * @param baseUrl `http://169.254.169.254`
 */
export async function readUserData(baseUrl: string, signal: AbortSignal): Promise<unknown> {
  const url = `${baseUrl}/metadata/instance/compute/userData?api-version=2021-01-01&format=text`;
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const answer = await fetch(url, {
        headers: HEADERS,
        signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      });
      const text = answer.ok ? (await answer.text()).trim() : '';
      if (text) return parsed(text);
    } catch (error) {
      if (signal.aborted || error instanceof SyntaxError) throw error;
    }
    await sleep(wait, undefined, { signal });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    throw new SyntaxError('Cannot use the userData of this machine: it is not base64 of JSON; make the mixer anew');
  }
}

/** Tokens of the machine's managed identity, each kept until shortly before it ends. */
export class ManagedIdentity {
  #baseUrl: string;
  #clientId: string | undefined;
  #tokens = new Map<string, { token: string; until: number }>();

  constructor(baseUrl: string, clientId: string | undefined) {
    this.#baseUrl = baseUrl;
    this.#clientId = clientId;
  }
  /** @param resource what the token is for, such as `https://vault.azure.net`. @throws Error with the service's own words */
  async token(resource: string): Promise<string> {
    const known = this.#tokens.get(resource);
    if (known && known.until > Date.now()) return known.token;
    const query = new URLSearchParams({ 'api-version': '2018-02-01', resource });
    if (this.#clientId) query.set('client_id', this.#clientId);
    const answer = await fetch(`${this.#baseUrl}/metadata/identity/oauth2/token?${query}`, {
      headers: HEADERS,
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await answer.json()) as { access_token?: string; expires_on?: string; error_description?: string };
    if (!answer.ok || !body.access_token)
      throw new Error(`Cannot get a token for ${resource}: ${answer.status} ${body.error_description ?? ''}`);
    this.#tokens.set(resource, { token: body.access_token, until: Number(body.expires_on ?? 0) * 1000 - EARLY_MS });
    return body.access_token;
  }
}

/** The bearer token that proves who this is: the identity's, or where there is none the deployment's own from the vault. */
export async function proof(
  data: Pick<UserData, 'controlPlaneUrl' | 'controlPlaneAudience'> & { secrets: { agentToken?: string | undefined } },
  identity: ManagedIdentity,
  read: (name: string) => Promise<string | undefined>,
): Promise<string> {
  const name = data.secrets.agentToken;
  if (name === undefined) return identity.token(data.controlPlaneAudience ?? data.controlPlaneUrl);
  const token = await read(name);
  if (token === undefined) throw new Error(`Cannot find secret ${name} in the vault`);
  return token;
}
