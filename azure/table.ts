/** A table of a storage account of the installation's: rows that are replaced and read, and nothing more (Microsoft Learn, "Table service REST API"). */
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { AzureClients } from './clients.ts';

const SCOPE = 'https://storage.azure.com/.default';
/** The first that takes tokens of Entra ID for tables. */
const VERSION = '2020-12-06';
/** ms one request may take: what is asked for in vain is asked for again a moment later. */
const TIMEOUT = 4_000;

export interface Row {
  PartitionKey: string;
  RowKey: string;
}

/** What keys and filters hold between quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** An answer of the table service that is none of those expected; its status says what it means (azure/errors.ts). */
class TableRefused extends Error {
  override name = 'TableRefused';
  readonly statusCode: number;
  constructor(table: string, { status, bodyAsText }: PipelineResponse) {
    super(`Cannot use table ${table}: the storage account answers ${status} ${(bodyAsText ?? '').slice(0, 200)}`);
    this.statusCode = status;
  }
}

export class Table {
  readonly #azure: Pick<AzureClients, 'transport' | 'credential'>;
  readonly #endpoint: string;
  readonly #name: string;

  /** @param endpoint `https://ACCOUNT.table.core.windows.net`. @param name letters and digits */
  constructor(azure: Pick<AzureClients, 'transport' | 'credential'>, endpoint: string, name: string) {
    this.#azure = azure;
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#name = name;
  }

  /** Writes a row, whatever was there. The table is made when it is first needed. @throws Error with the status of another answer */
  async put(row: Row): Promise<void> {
    const write = () => this.#send('PUT', this.#pathOf(row), row);
    let answer = await write();
    if (answer.status === 404) {
      const made = await this.#send('POST', 'Tables', { TableName: this.#name });
      // Another instance may have been there a moment before.
      if (made.status !== 201 && made.status !== 409) throw this.#refused(made);
      answer = await write();
    }
    if (answer.status !== 204) throw this.#refused(answer);
  }

  /** Rows that a filter names; none where there is no table. @throws Error with the status of another answer */
  async rows<Kept extends Row>(filter: string): Promise<Kept[]> {
    const found: Kept[] = [];
    let more = '';
    do {
      const answer = await this.#send('GET', `${this.#name}()?$filter=${encodeURIComponent(filter)}${more}`);
      if (answer.status === 404) return found;
      if (answer.status !== 200) throw this.#refused(answer);
      const { value } = JSON.parse(answer.bodyAsText ?? '{}') as { value: Kept[] };
      found.push(...value);
      const [partition, row] = ['NextPartitionKey', 'NextRowKey'].map((name) =>
        answer.headers.get(`x-ms-continuation-${name}`),
      );
      more = partition
        ? `&NextPartitionKey=${encodeURIComponent(partition)}${row ? `&NextRowKey=${encodeURIComponent(row)}` : ''}`
        : '';
    } while (more !== '');
    return found;
  }
  inPartition<Kept extends Row>(partition: string): Promise<Kept[]> {
    return this.rows<Kept>(`PartitionKey eq ${quoted(partition)}`);
  }
  /** One row; undefined where there is none. */
  async row<Kept extends Row>({ PartitionKey, RowKey }: Row): Promise<Kept | undefined> {
    const [found] = await this.rows<Kept>(`PartitionKey eq ${quoted(PartitionKey)} and RowKey eq ${quoted(RowKey)}`);
    return found;
  }

  /** A row that is gone already counts as deleted. @throws Error with the status of another answer */
  async delete(row: Row): Promise<void> {
    const answer = await this.#send('DELETE', this.#pathOf(row));
    if (answer.status !== 204 && answer.status !== 404) throw this.#refused(answer);
  }

  #pathOf({ PartitionKey, RowKey }: Row): string {
    const key = (text: string) => encodeURIComponent(quoted(text));
    return `${this.#name}(PartitionKey=${key(PartitionKey)},RowKey=${key(RowKey)})`;
  }
  async #send(method: HttpMethods, path: string, body?: object): Promise<PipelineResponse> {
    const { transport, credential } = this.#azure;
    const token = await credential.getToken(SCOPE);
    const headers = createHttpHeaders({
      accept: 'application/json;odata=nometadata',
      authorization: `Bearer ${token?.token}`,
      'x-ms-version': VERSION,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'DELETE' ? { 'if-match': '*' } : {}),
    });
    const url = `${this.#endpoint}/${path}`;
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return await transport.sendRequest(
      createPipelineRequest({ url, method, headers, timeout: TIMEOUT, allowInsecureConnection: true, ...json }),
    );
  }
  #refused(answer: PipelineResponse): TableRefused {
    return new TableRefused(this.#name, answer);
  }
}
