/** What stands in Azurite, read past the extension: table rows and messages that could be taken. */
import { createHmac } from 'node:crypto';

/** `Name=value;...` as an object. */
const parts = (connectionString: string): Record<string, string> =>
  Object.fromEntries(
    connectionString.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );

/** A shared access signature of the account for an hour: tables and queues (Microsoft Learn, "Create an account SAS"). */
function signature(account: string, key: string, permissions = 'rlp'): string {
  const version = '2019-12-12';
  const expiry = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
  const [services, types] = ['qt', 'sco'];
  const signed = [account, permissions, services, types, '', expiry, '', '', version, ''].join('\n');
  const hash = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64');
  return new URLSearchParams({
    sv: version,
    ss: services,
    srt: types,
    sp: permissions,
    se: expiry,
    sig: hash,
  }).toString();
}

/** A query that lets tables be read and written. */
export function tableSignature(connectionString: string): string {
  const { AccountName = '', AccountKey = '' } = parts(connectionString);
  return signature(AccountName, AccountKey, 'rwdlacup');
}

export type Row = Record<string, string | number | boolean>;

export class Storage {
  readonly #parts: Record<string, string>;
  readonly #signature: string;

  constructor(connectionString: string) {
    this.#parts = parts(connectionString);
    this.#signature = signature(this.#parts.AccountName ?? '', this.#parts.AccountKey ?? '');
  }

  async #get(service: 'Queue' | 'Table', path: string, query: string): Promise<Response> {
    const url = `${this.#parts[`${service}Endpoint`]}/${path}?${query}${query && '&'}${this.#signature}`;
    const answer = await fetch(url, { headers: { accept: 'application/json;odata=nometadata' } });
    if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** All rows of a table, or of one partition of it, in the order of their keys. */
  async rows(table: string, partition?: string): Promise<Row[]> {
    const filter = new URLSearchParams(partition === undefined ? {} : { $filter: `PartitionKey eq '${partition}'` });
    const { value } = (await (await this.#get('Table', `${table}()`, filter.toString())).json()) as { value: Row[] };
    return value;
  }

  /** Names of the queues that begin so. */
  async queues(prefix: string): Promise<string[]> {
    const text = await (await this.#get('Queue', '', `comp=list&prefix=${prefix}`)).text();
    return [...text.matchAll(/<Queue><Name>([^<]+)</g)].map(([, name = '']) => name);
  }

  /** Messages of a queue that somebody could take now. */
  async waiting(queue: string): Promise<string[]> {
    const text = await (await this.#get('Queue', `${queue}/messages`, 'peekonly=true&numofmessages=32')).text();
    return [...text.matchAll(/<MessageText>([^<]*)</g)].map(([, message = '']) => message);
  }
}
