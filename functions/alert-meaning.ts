/**
 * What an Azure Monitor alert says of a resource (Microsoft Learn, "Common alert schema" and its sample payloads). Only a failure
 * counts: that something fired says nothing yet. Lenient: every part may be absent, of another kind or in other case.
 */
import { z } from 'zod';
import { parseInstant } from '../domain/instant.ts';

/** `at`: ISO 8601, when it became so, as far as that is told. `series`: what later words take back, where it is not this alert alone. */
export type Meaning = { ignored: string } | { fired: boolean; at?: string; series?: string };

const word = z.string().optional().catch(undefined);
const number = z.number().optional().catch(undefined);
const criterion = z.looseObject({
  metricName: word,
  operator: word,
  threshold: z.coerce.number().optional().catch(undefined),
  metricValue: number,
});
const context = z.looseObject({
  eventSource: word,
  operationName: word,
  status: word,
  caller: word,
  eventTimestamp: word,
  properties: z.looseObject({ currentHealthStatus: word, cause: word }).nullish().catch(undefined),
  condition: z
    .looseObject({ allOf: z.array(criterion).optional().catch(undefined), windowEndTime: word })
    .nullish()
    .catch(undefined),
});
type Context = z.infer<typeof context>;

export interface Essentials {
  monitoringService?: unknown;
  monitorCondition?: unknown;
  firedDateTime?: unknown;
  resolvedDateTime?: unknown;
}

const plain = (text: unknown): string =>
  typeof text === 'string' ? text.toLowerCase().replaceAll(/[^a-z0-9]/g, '') : '';
/** The first that is a time. */
const firstTime = (...texts: unknown[]): { at: string } | Record<string, never> => {
  const at = texts.map(parseInstant).find((time) => time !== undefined);
  return at === undefined ? {} : { at: new Date(at).toISOString() };
};

export function meaningOf(essentials: Essentials, alertContext: unknown): Meaning {
  const condition = plain(essentials.monitorCondition);
  if (condition !== 'fired' && condition !== 'resolved') return { ignored: 'it neither fired nor resolved' };
  const parsed = context.safeParse(alertContext);
  if (!parsed.success) return { ignored: 'it does not say what failed' };
  const fired = condition === 'fired';
  const service = plain(essentials.monitoringService);
  const source = plain(parsed.data.eventSource);
  if (service === 'resourcehealth' || source === 'resourcehealth')
    return ofResourceHealth(essentials, parsed.data, fired);
  if (service.startsWith('activitylog') || source === 'administrative')
    return ofActivity(essentials, parsed.data, fired);
  if (service !== 'platform' && !service.startsWith('log'))
    return { ignored: 'alerts of its kind say nothing of a component' };
  const { condition: criteria } = parsed.data;
  if (!fired)
    return { fired, ...firstTime(essentials.resolvedDateTime, criteria?.windowEndTime, essentials.firedDateTime) };
  const why =
    service === 'platform' ? noFailure(criteria?.allOf ?? []) : criteria ? undefined : 'it does not say what failed';
  return why ? { ignored: why } : { fired, ...firstTime(essentials.firedDateTime, criteria?.windowEndTime) };
}

/** Its words form one series: an event of its own takes back what an earlier one said. */
function ofResourceHealth(
  essentials: Essentials,
  { properties, status, eventTimestamp }: Context,
  fired: boolean,
): Meaning {
  const series = 'resource-health';
  const now = plain(properties?.currentHealthStatus);
  if (!fired || now === 'available' || plain(status) === 'resolved')
    return {
      fired: false,
      series,
      ...firstTime(fired ? undefined : essentials.resolvedDateTime, eventTimestamp, essentials.firedDateTime),
    };
  if (now !== 'unavailable')
    return { ignored: `the resource is ${now || 'in no state that is told'}, which is no failure` };
  if (plain(properties?.cause) === 'userinitiated') return { ignored: 'the change was asked for (UserInitiated)' };
  return { fired: true, series, ...firstTime(eventTimestamp, essentials.firedDateTime) };
}

/** An entry of the activity log is somebody's request. Only Azure's own that failed can mean that the resource did. */
function ofActivity(essentials: Essentials, { status, caller, eventTimestamp }: Context, fired: boolean): Meaning {
  if (!fired) return { fired, ...firstTime(essentials.resolvedDateTime, eventTimestamp, essentials.firedDateTime) };
  // Ours come with the id of our identity, people's with their name.
  if (caller !== undefined && caller !== '' && !/^(azure ?)?platform$|^microsoft\./i.test(caller))
    return { ignored: 'it tells of an operation that was asked for' };
  if (plain(status) !== 'failed')
    return { ignored: `an operation is ${plain(status) || 'in no state that is told'}, which is no failure` };
  return { fired, ...firstTime(eventTimestamp, essentials.firedDateTime) };
}

/** Too little of something is what a failure looks like; too much is load, which a restart only interrupts. */
function noFailure(criteria: readonly z.infer<typeof criterion>[]): string | undefined {
  if (criteria.length === 0) return 'it does not say what failed';
  const met = criteria.every(({ operator, threshold, metricValue }) => {
    const kind = plain(operator);
    if (!/^(lessthan|lessthanorequal)$/.test(kind)) return false;
    if (metricValue === undefined || threshold === undefined || Number.isNaN(threshold)) return true;
    return kind === 'lessthan' ? metricValue < threshold : metricValue <= threshold;
  });
  return met ? undefined : `${criteria[0]?.metricName ?? 'what was measured'} is no sign of a failure`;
}
