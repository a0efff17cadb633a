import type { EventStatus } from '../../contract/api/event.ts';
import { connectionView } from '../kinds/view.ts';
import { readStatus } from '../lifecycle/machine.ts';
import { PRICES, roundMoney } from '../plan/prices.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { is } from '../states.ts';
import type { DecodedStatus } from './decoded.ts';
import type { EncodedStatus } from './encoded.ts';
import { languagesIn, partsOf } from './parts.ts';

/**
 * The status of an event from its lifecycle's input and customStatus, running or ended.
 * @param now milliseconds since the Unix epoch
 */
export function eventStatus(input: LifecycleInput, encoded: EncodedStatus, now: number): EventStatus {
  const status = readStatus(input, encoded);
  return {
    event: input.event,
    title: input.request.title,
    environment: input.request.environment,
    state: status.state,
    since: status.since,
    health: healthOf(status),
    template: input.request.template,
    region: status.region,
    languages: languagesIn(input, status),
    resourceGroup: status.resourceGroup,
    deploymentId: input.deploymentId,
    startsAt: input.request.startsAt ?? null,
    createdAt: status.createdAt ?? null,
    readyAt: status.liveAt ?? null,
    expiresAt: status.expiresAt ?? null,
    connection: is(status.state, 'leaving') ? null : connectionOf(input, status),
    held: status.held ?? null,
    left: status.left,
    cost: costOf(status, now),
    lastOperation: status.lastOperation ?? null,
    alerts: alertsOf(status),
  };
}

function alertsOf({ unhealthy, untold }: DecodedStatus): EventStatus['alerts'] {
  const fired = unhealthy.flatMap(({ component, since, reasons, alert }) =>
    alert ? [{ component, since, title: reasons.slice('alert: '.length) }] : [],
  );
  if (!untold) return fired;
  const title = `${untold.count} ${untold.count === 1 ? 'notification' : 'notifications'} not delivered; see the journal`;
  return [...fired, { component: 'notifications', since: untold.since, title }];
}

function healthOf(status: DecodedStatus): EventStatus['health'] {
  if (!is(status.state, 'up')) return { state: 'unknown', since: status.since, reasons: [] };
  const reasons = status.unhealthy.map(({ component, reasons: why }) => `${component}: ${why}`);
  const since = status.unhealthy.map((each) => each.since).sort()[0];
  return reasons.length > 0
    ? { state: 'degraded', since: since ?? status.since, reasons }
    : { state: 'healthy', since: status.since, reasons };
}

function connectionOf(input: LifecycleInput, status: DecodedStatus): EventStatus['connection'] {
  const up = is(status.state, 'up');
  return connectionView(partsOf(input, status), {
    hosts: status.hosts,
    addresses: status.addresses,
    health: (component) => (status.sick.includes(component) ? 'unhealthy' : up ? 'healthy' : 'unknown'),
  });
}

/** What stands now costs per hour, and what all of it has cost: the ledger, in two numbers. */
export function costOf({ money, startedAt }: DecodedStatus, now: number): EventStatus['cost'] {
  const hours = (now - Date.parse(startedAt)) / 3_600_000;
  const soFar = Math.max(0, money.atBegin + money.perHour * hours);
  return { perHour: roundMoney(money.perHour), soFar: roundMoney(soFar), currency: PRICES.currency };
}
