import { z } from 'zod';
import type { ManagedIdentity } from './imds.ts';
import { readChecked } from './settings.ts';

/** Reads a secret by name; undefined when there is none. Asks anew each time, so that a rotated value is seen. */
export type ReadSecret = (name: string) => Promise<string | undefined>;

const API_VERSION = '7.4';

/** Secrets of a Key Vault (Microsoft Learn, Key Vault REST API, "Get Secret"). @throws Error when the vault refuses or does not answer */
export const vaultSecrets =
  (vaultUrl: string, identity: ManagedIdentity): ReadSecret =>
  async (name) => {
    const url = new URL(`/secrets/${encodeURIComponent(name)}?api-version=${API_VERSION}`, vaultUrl);
    const token = await identity.token('https://vault.azure.net');
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`Cannot read secret ${name}: the vault answers ${answer.status}`);
    return ((await answer.json()) as { value?: string }).value;
  };

/** Secrets of a JSON file, name -> value, for local use. */
export const fileSecrets =
  (file: string): ReadSecret =>
  async (name) =>
    (await readChecked(z.record(z.string(), z.string()), file, 'the secrets file'))[name];
