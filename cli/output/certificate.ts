import { facts, table } from './table.ts';
import { between, clock, money, oneLine, seconds } from './text.ts';

interface CertifiedResource {
  name?: string;
  type?: string;
  createdAt?: string | null;
  removedAt?: string | null;
}

/** The certificate for people: what existed, when each thing vanished, what it cost, and what was looked at to know. */
export function certificateSummary(certificate: unknown): string {
  const { resources, ...rest } = certificate as { resources?: CertifiedResource[] } & Record<string, unknown>;
  const cost = rest.cost as { total?: number; currency?: string } | number | undefined;
  const plain = Object.entries(rest).filter(([name]) => name !== 'cost' && name !== 'journal');
  return [
    facts([
      ...plain.map(([name, value]) => [name, oneLine(value)] as const),
      ['cost', typeof cost === 'object' ? money(cost.total, cost.currency) : money(cost)],
    ]),
    '\n',
    table(
      ['RESOURCE', 'TYPE', 'CREATED', 'REMOVED', 'EXISTED'],
      (resources ?? []).map(({ name, type, createdAt, removedAt }) => [
        name,
        type,
        clock(createdAt),
        clock(removedAt),
        createdAt && removedAt ? seconds(between(createdAt, removedAt)) : undefined,
      ]),
      'No resource had been created',
    ),
  ].join('');
}
