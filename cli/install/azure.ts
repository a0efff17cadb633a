/** Azure Resource Manager, as far as the look before an installation asks it. It only reads; what it is refused it tells. */
import { CliError, EXIT } from '../core/errors.ts';
import type { Client } from '../http/client.ts';

interface ArmError {
  error?: { code?: string; message?: string };
}
export interface Permission {
  actions?: string[];
  notActions?: string[];
}

export class Azure {
  readonly subscription: string;
  readonly #client: Client;
  constructor(client: Client, subscription: string) {
    this.#client = client;
    this.subscription = `/subscriptions/${subscription}`;
  }

  /** @returns undefined where nothing is there @throws CliError with Azure's own words */
  async #send<T>(method: string, path: string, version: string, body?: unknown): Promise<T | undefined> {
    const answer = await this.#client.send(method, `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`, {
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    let parsed: T & ArmError;
    try {
      parsed = JSON.parse(text || '{}') as T & ArmError;
    } catch {
      throw new CliError(EXIT.failed, `${this.#client.url} did not answer with JSON`, {
        hint: 'is --arm the address of Azure Resource Manager?',
      });
    }
    if (answer.status === 404) return undefined;
    if (answer.ok) return parsed;
    const { code = `HTTP ${answer.status}`, message = '' } = parsed.error ?? {};
    throw new CliError(EXIT.failed, `Azure refuses ${method} ${path}: ${code}. ${message}`.trim(), {
      hint: answer.status === 401 ? "'az login' first, or pass --token" : undefined,
    });
  }

  get = <T>(path: string, version: string): Promise<T | undefined> => this.#send<T>('GET', path, version);
  post = <T>(path: string, version: string, body: unknown): Promise<T | undefined> =>
    this.#send<T>('POST', path, version, body);
}
