/** Users in a table of Azure Storage (Microsoft Learn, "Table service REST API"): a row for each, a partition for each deployment. */
import { z } from 'zod';
import { keptUserSchema, type UserStore } from './store.ts';

const VERSION = '2020-12-06';
const TIMEOUT_MS = 10_000;
const pageSchema = z.object({ value: z.array(z.object({ user: z.string() })) });

/**
 * @param table address of the table itself, `https://ACCOUNT.table.core.windows.net/TABLE`
 * @param partition deployment id
 * @param authorise headers that prove who this is, for one request
 */
export function tableStore(
  table: string,
  partition: string,
  authorise: (url: URL, date: string) => Promise<Record<string, string>>,
): UserStore {
  async function ask(method: string, path: string, body?: unknown): Promise<Response> {
    const url = new URL(`${table}${path}`);
    const date = new Date().toUTCString();
    const answer = await fetch(url, {
      method,
      headers: {
        ...(await authorise(url, date)),
        'x-ms-date': date,
        'x-ms-version': VERSION,
        accept: 'application/json;odata=nometadata',
        ...(method === 'DELETE' ? { 'if-match': '*' } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok || (method === 'DELETE' && answer.status === 404)) return answer;
    throw new Error(
      `Cannot use the table of users: HTTP ${answer.status} ${answer.headers.get('x-ms-error-code') ?? ''}`,
    );
  }
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const row = (name: string) => `(PartitionKey=${quoted(partition)},RowKey=${quoted(name)})`;
  return {
    async all() {
      const users = [];
      const filter = `$filter=${encodeURIComponent(`PartitionKey eq ${quoted(partition)}`)}`;
      for (let next: string | undefined = ''; next !== undefined; ) {
        const answer: Response = await ask('GET', `()?${filter}${next}`);
        for (const { user } of pageSchema.parse(await answer.json()).value)
          users.push(keptUserSchema.parse(JSON.parse(user)));
        const key = answer.headers.get('x-ms-continuation-nextrowkey');
        next =
          key === null
            ? undefined
            : `&NextPartitionKey=${encodeURIComponent(answer.headers.get('x-ms-continuation-nextpartitionkey') ?? '')}&NextRowKey=${encodeURIComponent(key)}`;
      }
      return users;
    },
    async put(user) {
      await ask('PUT', row(user.name), { PartitionKey: partition, RowKey: user.name, user: JSON.stringify(user) });
    },
    async remove(name) {
      await ask('DELETE', row(name));
    },
  };
}
