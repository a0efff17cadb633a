/** `https://ACCOUNT.table.core.windows.net`: rows of tables, as far as the control plane reads and writes them (Microsoft Learn, "Table service REST API"). */
import { z } from 'zod';
import { permitted, permittedData } from '../authorization/rbac.ts';
import { readBody } from '../core/body.ts';
import { callerOf, hasToken } from '../core/caller.ts';
import { ArmError } from '../core/errors.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import { keyOf } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { HostRoute, Sim } from '../core/provider.ts';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const ENTITIES = `${ACCOUNT}/tableServices/tables/entities`;
type Needs = 'time' | 'resources' | 'settings';
type Tables = Record<string, JsonObject[]>;

const HOST = /^([a-z0-9]{3,24})\.table\.core\.windows\.net$/i;
const KEYS = /^(\w+)\(PartitionKey='((?:[^']|'')*)',RowKey='((?:[^']|'')*)'\)$/;
const CLAUSE = /^(\w+) (eq|lt) '((?:[^']|'')*)'$/;
const plain = (text: string): string => text.replaceAll("''", "'");

const accountOf = (sim: Sim<'resources'>, host: string): Resource | undefined => {
  const name = HOST.exec(host)?.[1];
  return name === undefined ? undefined : sim.resources.ofType(ACCOUNT).find((one) => keyOf(one.name) === keyOf(name));
};
const scopeOf = (account: Resource, table: string): string => `${account.id}/tableServices/default/tables/${table}`;

/** Tables that were made by ARM, and by whoever writes into the first one. */
function tablesOf(sim: Sim<'resources'>, account: Resource): Tables {
  const kept = (account.hidden.tables ?? {}) as unknown as Tables;
  const made = sim.resources
    .ofType(`${ACCOUNT}/tableServices/tables`)
    .filter(({ id }) => keyOf(id).startsWith(`${keyOf(account.id)}/`));
  return { ...Object.fromEntries(made.map(({ name }) => [name.split('/').at(-1) ?? name, []])), ...kept };
}

function keep(sim: Sim<'resources'>, account: Resource, tables: Tables): void {
  account.hidden.tables = tables as unknown as JsonObject;
  sim.resources.save(account);
}

const isRow = (row: JsonObject, partition: string, key: string): boolean =>
  row.PartitionKey === partition && row.RowKey === key;

/** Has a partition hold these rows and no other, as a program in Azure would. @param table address of the table. @returns false when there is none */
export function putPartition(
  sim: Sim<'resources'>,
  table: string,
  partition: string,
  keys: readonly string[],
): boolean {
  const { host, pathname } = new URL(table);
  const account = accountOf(sim, host);
  const name = pathname.slice(1);
  const tables = account && tablesOf(sim, account);
  if (!account || !tables?.[name]) return false;
  const others = tables[name].filter((one) => one.PartitionKey !== partition);
  const rows = keys.map((RowKey): JsonObject => ({ PartitionKey: partition, RowKey }));
  keep(sim, account, { ...tables, [name]: [...others, ...rows] });
  return true;
}

function matching(filter: string): (row: JsonObject) => boolean {
  const clauses = filter
    .split(' and ')
    .filter(Boolean)
    .map((text) => CLAUSE.exec(text));
  if (clauses.includes(null)) throw new ArmError(400, 'InvalidInput', `A filter is not understood: ${filter}`);
  return (row) =>
    clauses.every((clause) => {
      const value = String(row[clause?.[1] ?? ''] ?? '');
      const wanted = plain(clause?.[3] ?? '');
      return clause?.[2] === 'lt' ? value < wanted : value === wanted;
    });
}

const refusal = (): ArmError =>
  new ArmError(403, 'AuthorizationPermissionMismatch', 'This request is not authorized to perform this operation.');
const noTable = (): ArmError => new ArmError(404, 'TableNotFound', 'The table specified does not exist.');

function answer(sim: Sim<Needs>, request: SimRequest, account: Resource): SimResponse {
  const { objectId } = callerOf(request);
  const path = decodeURIComponent(request.url.pathname).replace(/^\/+/, '');
  const tables = tablesOf(sim, account);
  const may = (verb: string, name: string) => {
    if (!permittedData(sim, objectId, `${ENTITIES}/${verb}`, scopeOf(account, name))) throw refusal();
  };
  if (request.method === 'POST' && path === 'Tables') {
    if (!permitted(sim, objectId, `${ACCOUNT}/tableServices/tables/write`, account.id)) throw refusal();
    const { TableName } = z.looseObject({ TableName: z.string().min(3) }).parse(readBody(request, false));
    if (tables[TableName]) throw new ArmError(409, 'TableAlreadyExists', 'The table specified already exists.');
    keep(sim, account, { ...tables, [TableName]: [] });
    return { status: 201, body: { TableName } };
  }
  const [, named, partition = '', key = ''] = KEYS.exec(path) ?? [];
  const name = named ?? path.replace(/\(\)$/, '');
  const rows = tables[name];
  if (!rows) throw noTable();
  if (request.method === 'GET') {
    may('read', name);
    return { status: 200, body: { value: rows.filter(matching(request.url.searchParams.get('$filter') ?? '')) } };
  }
  const [of, row] = [plain(partition), plain(key)];
  const others = rows.filter((one) => !isRow(one, of, row));
  if (named !== undefined && request.method === 'DELETE') {
    may('delete', name);
    if (others.length === rows.length)
      throw new ArmError(404, 'ResourceNotFound', 'The specified resource does not exist.');
    keep(sim, account, { ...tables, [name]: others });
    return { status: 204 };
  }
  if (named !== undefined && request.method === 'PUT') {
    may('write', name);
    const next = { ...readBody(request, false), PartitionKey: of, RowKey: row };
    keep(sim, account, { ...tables, [name]: [...others, next] });
    return { status: 204 };
  }
  throw new ArmError(400, 'InvalidInput', `Nothing is known of ${request.method} ${path}`);
}

export const tableHost: HostRoute<Needs> = {
  matches: (host) => HOST.test(host),
  handle(sim: Sim<Needs>, request: SimRequest): SimResponse {
    if (!hasToken(request)) throw new ArmError(401, 'NoAuthenticationInformation', 'A bearer token is required.');
    const account = accountOf(sim, request.url.host);
    if (!account) throw new ArmError(404, 'ResourceNotFound', 'There is no such storage account.');
    return answer(sim, request, account);
  },
};
