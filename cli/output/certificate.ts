import { line } from '../../domain/text.ts';
import type { Certificate } from '../http/types.ts';
import { leftTable } from './left.ts';
import { facts, table } from './table.ts';
import { between, money, oneLine, seconds, time } from './text.ts';

/** The certificate for people: what existed, when each thing vanished, what it cost, and what was looked at to know. */
export function certificateSummary(document: unknown): string {
  const certificate = document as Partial<Certificate>;
  const { cost, verification, acceptedAt, endedAt } = certificate;
  const lasted = acceptedAt && endedAt ? ` after ${seconds(between(acceptedAt, endedAt))}` : '';
  return [
    `Certificate of ${line(certificate.event ?? '')}\n\n`,
    facts([
      ['deployment', certificate.deploymentId],
      ['title', certificate.title],
      ['environment', certificate.environment],
      ['outcome', [certificate.outcome, certificate.reason].filter(Boolean).join(': ')],
      ['accepted', time(acceptedAt)],
      ['live', time(certificate.liveAt)],
      ['ended', endedAt && `${time(endedAt)}${lasted}`],
      ['groups', certificate.resourceGroups?.join(', ')],
      ['cost', cost && `${money(cost.total, cost.currency)}${cost.pricesAsOf ? `, prices of ${cost.pricesAsOf}` : ''}`],
      [
        'verified',
        verification &&
          `${time(verification.at) ?? '?'}: ${oneLine(verification.resourcesLeft)} resources and ${oneLine(verification.secretsLeft)} secrets left`,
      ],
      ['content hash', certificate.contentHash],
    ]),
    '\n',
    table(
      ['RESOURCE', 'TYPE', 'CREATED', 'REMOVED', 'EXISTED', 'COST'],
      (certificate.resources ?? []).map(({ name, type, createdAt, removedAt, cost: own }) => [
        name,
        type,
        time(createdAt),
        time(removedAt),
        createdAt && removedAt ? seconds(between(createdAt, removedAt)) : undefined,
        money(own, ''),
      ]),
      'No resource had been created',
    ),
    ...leftTable(certificate.left),
  ].join('');
}
