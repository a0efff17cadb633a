import type { Sim } from '../core/provider.ts';
import type { Collection } from '../core/store.ts';

export interface SecretVersion {
  version: string;
  value: string;
  contentType?: string | undefined;
  tags?: Record<string, string> | undefined;
  enabled: boolean;
  /** Seconds since the epoch, as Key Vault counts. */
  created: number;
  updated: number;
  nbf?: number | undefined;
  exp?: number | undefined;
}

export interface Secret {
  vault: string;
  name: string;
  /** Oldest first. */
  versions: SecretVersion[];
  /** When it was deleted (ms), when the name shows among the deleted ones, and when Azure purges it. */
  deleted?: { at: number; visibleAt: number; purgeAt: number };
}

/** The only place of the simulator where secret values are: the file `vault.sqlite`. */
export class SecretStore {
  readonly #secrets: Collection<Secret>;

  constructor(sim: Sim<'store'>) {
    this.#secrets = sim.store.collection<Secret>('vault-secrets', { secret: true });
  }
  get(vault: string, name: string): Secret | undefined {
    const found = this.#secrets.get(key(vault, name));
    return found && !isForgotten(found) ? found : undefined;
  }
  /** The values of a deleted secret stay in memory, where it can be called back from; no file keeps them. */
  save(secret: Secret): void {
    const enumerable = secret.deleted === undefined;
    for (const version of secret.versions)
      Object.defineProperty(version, 'value', { value: version.value, enumerable, writable: true, configurable: true });
    this.#secrets.set(key(secret.vault, secret.name), secret);
  }
  remove(secret: Secret): void {
    this.#secrets.delete(key(secret.vault, secret.name));
  }
  /** In name order, as Key Vault lists. */
  of(vault: string): Secret[] {
    return [...this.#secrets.values()]
      .filter((one) => one.vault === vault && !isForgotten(one))
      .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }
}

/** Deleted in an earlier life of the simulator: with its values everything of it is gone, as if it had been purged. */
const isForgotten = ({ deleted, versions }: Secret): boolean =>
  deleted !== undefined && versions.every(({ value }) => value === undefined);

const key = (vault: string, name: string): string => `${vault}/${name.toLowerCase()}`;

export const latest = (secret: Secret): SecretVersion => {
  const last = secret.versions.at(-1);
  if (!last) throw new Error(`Cannot read secret '${secret.name}' as it must have a version: it has none`);
  return last;
};
