import { type CertifiedResource, sealCertificate } from '../certificate.ts';
import { resourceId } from '../names.ts';
import { PRICES, roundMoney } from '../plan/prices.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { DeploymentRecord } from '../seam/records.ts';
import { encodeStatus } from '../status/encode.ts';
import { type LedgerEntry, spentUntil } from './ledger.ts';
import { withReadings } from './readings.ts';
import type { LifecycleState } from './state.ts';

/**
 * A time of a certificate, in whole seconds. The Durable extension rewrites texts that look like times and drops trailing zeros of
 * the fraction, which would change the content hash.
 */
const stamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
const stampOf = (text: string | undefined): string | undefined => {
  const time = Date.parse(text ?? '');
  return Number.isFinite(time) ? stamp(time) : undefined;
};

/** What is kept of a deployment: its input, last status, certificate and journal. */
export function deploymentRecord(input: LifecycleInput, state: LifecycleState): DeploymentRecord {
  const ended = state.end.at ?? state.life.since;
  const resources = certified(input, state);
  return {
    input,
    status: encodeStatus(input, state),
    journal: withReadings(state.journal.entries, state.journal.readings),
    certificate: sealCertificate({
      deploymentId: input.deploymentId,
      event: input.event,
      title: input.request.title,
      environment: input.request.environment,
      outcome: state.end.outcome,
      reason: state.end.reason,
      resourceGroups: state.regions.groups,
      acceptedAt: stampOf(input.acceptedAt) ?? stamp(state.life.startedAt),
      ...(state.life.liveAt === undefined ? {} : { liveAt: stamp(state.life.liveAt) }),
      endedAt: stamp(ended),
      resources,
      left: [...state.removal.left].sort((a, b) => (a.id < b.id ? -1 : 1)),
      cost: {
        total: roundMoney(spentUntil(state.money.ledger, ended)),
        currency: PRICES.currency,
        pricesAsOf: PRICES.asOf,
      },
      verification: {
        at: stampOf(state.removal.last?.verifiedAt) ?? stamp(ended),
        resourceGroup: state.plan.layout.resourceGroup,
        resourcesLeft: state.removal.last?.remains.length ?? 0,
        secretsLeft: 0,
      },
    }),
  };
}

/** Every resource there ever was, by id, including those of removed languages. */
function certified({ installation }: LifecycleInput, { money }: LifecycleState): CertifiedResource[] {
  const idOf = ({ group, type, name }: LedgerEntry): string =>
    resourceId(installation.subscriptionId, group, type, name);
  return Object.values(money.ledger)
    .map((entry): CertifiedResource => {
      const { type, name, createdAt, removedAt, spent } = entry;
      const both = createdAt !== undefined && removedAt !== undefined;
      return {
        id: idOf(entry),
        type,
        name,
        ...(createdAt === undefined ? {} : { createdAt: stamp(createdAt) }),
        ...(removedAt === undefined ? {} : { removedAt: stamp(removedAt) }),
        ...(both ? { seconds: Math.round((removedAt - createdAt) / 1000), cost: roundMoney(spent) } : {}),
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
