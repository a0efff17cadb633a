/** Log Analytics: what containers have written, also when they are gone. The package is loaded with the first question. */
import type { LogsTable } from '@azure/monitor-query-logs';
import type { AzureClients } from './clients.ts';
import type { LogWorkspace } from './settings.ts';
import { clientOptions } from './transport.ts';

/** The diagnostic category of container groups, and the table that it fills (Microsoft Learn, "Monitoring data reference for Container Instances"). */
export const CATEGORY = 'ContainerInstanceLog';
/** Columns that may hold the line: the reference names none, so the first that is there is taken. */
const TEXT = ['Message', 'LogEntry', 'Log'];

export interface LogLine {
  /** ISO 8601 UTC. */
  at: string;
  text: string;
}

export interface LogQuestion {
  /** ARM id of a container group. */
  id: string;
  from: Date;
  to: Date;
  /** At most so many lines, the latest ones. */
  most: number;
}

function linesOf({ columnDescriptors, rows }: LogsTable): LogLine[] {
  const names = columnDescriptors.map(({ name }) => name);
  const column = (any: readonly string[]) => names.findIndex((name) => name !== undefined && any.includes(name));
  const [at, text] = [column(['TimeGenerated']), column(TEXT)] as const;
  return rows.map((row) => {
    const when = row[at];
    return {
      at: when instanceof Date ? when.toISOString() : String(when ?? ''),
      text: String(row[text] ?? ''),
    };
  });
}

/** Lines of a container group, oldest first; the newest of all come after some minutes. @throws what Azure says */
export async function keptLines(
  azure: AzureClients,
  { customerId }: LogWorkspace,
  { id, from, to, most }: LogQuestion,
): Promise<LogLine[]> {
  const { LogsQueryClient, LogsQueryResultStatus } = await import('@azure/monitor-query-logs');
  const client = new LogsQueryClient(azure.credential, clientOptions(azure.transport));
  const query = `${CATEGORY} | where _ResourceId =~ ${JSON.stringify(id)} | top ${most} by TimeGenerated desc`;
  const result = await client.queryWorkspace(customerId, query, { startTime: from, endTime: to });
  const tables = result.status === LogsQueryResultStatus.Success ? result.tables : result.partialTables;
  return tables.flatMap(linesOf).reverse();
}
