/** Secrets of a deployment in a key vault. Values are arguments and results only: never in errors, tags or logs. */
import type { SecretClient } from '@azure/keyvault-secrets';
import { isOurSecret } from '../domain/ownership.ts';
import { isNotFound, orAbsent } from './errors.ts';
import { withoutSecrets } from './redact.ts';

export interface SecretOptions {
  expiresOn: Date;
  /** Public facts about the secret; the deployment it belongs to at least. */
  tags: Record<string, string>;
}

export class Vault {
  readonly #client: SecretClient;
  constructor(client: SecretClient) {
    this.#client = client;
  }

  /** Sets a secret, whatever was there. A soft-deleted namesake is called back first, which frees the name. */
  async set(name: string, value: string, options: SecretOptions): Promise<void> {
    await withoutSecrets([value], async () => {
      try {
        await this.#client.setSecret(name, value, options);
      } catch (error) {
        if (!isSoftDeleted(error)) throw error;
        await this.#client.beginRecoverDeletedSecret(name);
        await this.#client.setSecret(name, value, options);
      }
    });
  }

  /**
   * Sets a secret unless it is there already; the value is made only when needed.
   * @returns whether it was made now
   */
  async setIfAbsent(name: string, make: () => string, options: SecretOptions): Promise<boolean> {
    if ((await this.read(name)) !== undefined) return false;
    await this.set(name, make(), options);
    return true;
  }

  /** The current value, or undefined when there is none. */
  async read(name: string): Promise<string | undefined> {
    return (await orAbsent(this.#client.getSecret(name)))?.value;
  }

  /** The tags of a secret, or undefined when there is none. */
  async tagsOf(name: string): Promise<Record<string, string> | undefined> {
    const found = await orAbsent(this.#client.getSecret(name));
    return found && (found.properties.tags ?? {});
  }

  /** Deletes a secret; one that is absent or already deleted counts as deleted. */
  async delete(name: string): Promise<void> {
    try {
      await orAbsent(this.#client.beginDeleteSecret(name));
    } catch (error) {
      if (!isSoftDeleted(error)) throw error;
    }
  }

  /** Deletes a secret of the deployment: one that is absent, or carries another's tag, is left as it is. */
  async deleteOurs(name: string, deploymentId: string): Promise<void> {
    const tags = await this.tagsOf(name);
    if (tags && isOurSecret(name, tags, deploymentId)) await this.delete(name);
  }

  /** Names of deleted secrets whose time to be called back is not over. Empty where the identity may not see them. */
  async deleted(): Promise<{ name: string; deletedOn: Date | undefined; tags: Record<string, string> }[]> {
    const found: { name: string; deletedOn: Date | undefined; tags: Record<string, string> }[] = [];
    try {
      for await (const { name, deletedOn, properties } of this.#client.listDeletedSecrets())
        found.push({ name, deletedOn, tags: properties.tags ?? {} });
    } catch (error) {
      if (!isRefused(error) && !isNotFound(error)) throw error;
    }
    return found;
  }

  /**
   * Removes a deleted secret for good, which frees its name.
   * @returns `refused` where the identity may not, or the vault is protected against it: it goes when its time is over;
   *   `later` while its deletion is still under way
   */
  async purge(name: string): Promise<'gone' | 'later' | 'refused'> {
    try {
      await orAbsent(this.#client.purgeDeletedSecret(name));
      return 'gone';
    } catch (error) {
      if (isRefused(error)) return 'refused';
      if (isSoftDeleted(error)) return 'later';
      throw error;
    }
  }

  /** Names (not values) of the secrets that are there, page by page. */
  async *list(): AsyncGenerator<{ name: string; createdOn: Date | undefined; tags: Record<string, string> }> {
    for await (const page of this.#client.listPropertiesOfSecrets().byPage())
      for (const { name, createdOn, tags } of page) yield { name, createdOn, tags: tags ?? {} };
  }
}

const isRefused = (error: unknown): boolean => (error as { statusCode?: number } | null)?.statusCode === 403;

const isSoftDeleted = (error: unknown): boolean => {
  const {
    statusCode,
    message = '',
    details,
  } = (error ?? {}) as {
    statusCode?: number;
    message?: string;
    details?: unknown;
  };
  const text = `${message} ${JSON.stringify(details ?? '')}`;
  return (
    statusCode === 409 &&
    /ObjectIsDeletedButRecoverable|ObjectIsBeingDeleted|deleted but recoverable|being deleted/i.test(text)
  );
};
