import { line } from '../../domain/text.ts';
import { leftTable } from './left.ts';
import { facts, table } from './table.ts';
import { between, money, oneLine, seconds, time } from './text.ts';

/** As `GET /api/events/{event}/certificate` tells it, as far as people are shown it. */
interface Certificate {
  event: string;
  title?: string;
  deploymentId: string;
  environment?: string;
  outcome?: string;
  reason?: string;
  resourceGroups?: string[];
  acceptedAt?: string;
  liveAt?: string;
  endedAt?: string;
  resources?: {
    name: string;
    type: string;
    createdAt?: string | null;
    removedAt?: string | null;
    seconds?: number;
    cost?: number;
  }[];
  left?: { name: string; type: string; why: string }[];
  cost?: { total?: number; currency?: string; pricesAsOf?: string };
  verification?: { at?: string; resourceGroup?: string; resourcesLeft?: number; secretsLeft?: number };
  contentHash?: string;
}

/** The certificate for people: what existed, when each thing vanished, what it cost, and what was looked at to know. */
export function certificateSummary(document: unknown): string {
  const certificate = document as Certificate;
  const { cost, verification, acceptedAt, endedAt } = certificate;
  const lasted = acceptedAt && endedAt ? ` after ${seconds(between(acceptedAt, endedAt))}` : '';
  return [
    `Certificate of ${line(certificate.event)}\n\n`,
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
