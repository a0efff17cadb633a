/** Deploys what is due. Runs every few minutes on any instance: the Idempotency-Key of an occurrence makes it happen once. */
import type { DurableClient } from 'durable-functions';
import type { Settings } from '../../azure/settings.ts';
import { keyedDeploymentId } from '../../domain/names.ts';
import { parseDeployRequest } from '../../domain/request/deploy.ts';
import { eventField } from '../../domain/request/fields.ts';
import { deploymentOf } from '../../durable/deployments.ts';
import { startNotification } from '../../durable/tell.ts';
import { type Outcome, readSchedules, type Schedule, schedulesEntity } from '../../entities/schedules.ts';
import { ports } from '../../ports/index.ts';
import { templates } from '../catalogue.ts';
import { startDeployment } from '../deploy.ts';
import { Problem } from '../problem.ts';
import { readScheduleKeys } from './keys.ts';
import { type Pending, pending } from './pending.ts';

interface Due {
  schedule: Schedule;
  pending: Pending;
  /** ISO 8601. */
  occurrence: string;
  durable: DurableClient;
  settings: Settings;
}

const by = ({ name }: Schedule): string => `schedule:${name}`;
const eventOf = ({ request, name }: Schedule): string => eventField.safeParse(request.event).data?.event ?? name;

/** The id every attempt at an occurrence has. */
const deploymentIdOf = ({ schedule, occurrence }: Due): string =>
  keyedDeploymentId(eventOf(schedule), by(schedule), occurrence);

/** How long the event of a schedule lives; 0 when its request is valid no more. Keys matter to its deployment only. */
function ttlOf({ request }: Schedule, settings: Settings, now: number): number {
  const parsed = parseDeployRequest(request, { templates: templates(), defaultRegion: settings.defaultRegion, now });
  return parsed.ok ? parsed.request.ttlSeconds : 0;
}

/** Ids of the deployments that schedules are about to start: their secrets may be there already. */
export async function scheduledDeployments(durable: DurableClient, settings: Settings): Promise<Set<string>> {
  const now = ports().now();
  const ids = new Set<string>();
  for (const schedule of Object.values(await readSchedules(durable)))
    for (const one of pending(schedule, ttlOf(schedule, settings, now), now)) {
      const occurrence = new Date(one.at).toISOString();
      if (one.kind !== 'over') ids.add(deploymentIdOf({ schedule, pending: one, occurrence, durable, settings }));
    }
  return ids;
}

async function deployOccurrence(due: Due): Promise<Outcome> {
  const { schedule, occurrence, durable, settings } = due;
  const { kind, left } = due.pending;
  const late = kind === 'late' ? ({ late: true } as const) : {};
  const deploymentId = deploymentIdOf(due);
  // What an earlier run started counts, also when that run never got to say so.
  if (await deploymentOf(durable, deploymentId)) return { occurrence, deploymentId };
  const keys = await readScheduleKeys(settings, schedule.name, schedule.keys);
  const body = {
    ...schedule.request,
    // What is late begins at once, and ends when it would have.
    ...(kind === 'late' ? { ttl: `${left}s` } : { startsAt: occurrence }),
    ...(schedule.keys.length > 0 ? { youtubeKeys: keys } : {}),
  };
  try {
    const who = { name: by(schedule), roles: ['operator' as const] };
    const { deploymentId: started } = await startDeployment({ body, who, key: occurrence, durable, settings });
    if (kind === 'late') await tell(due, `was due at ${occurrence} and is being deployed late`);
    return { occurrence, deploymentId: started, ...late };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { occurrence, problem: error.message };
    throw error;
  }
}

/** An occurrence whose time is over is never passed by in silence. */
async function miss(due: Due): Promise<Outcome> {
  const { schedule, occurrence } = due;
  const { last } = schedule;
  const tried = last?.problem !== undefined && Date.parse(last.occurrence) === due.pending.at;
  const problem = tried ? last.problem : 'the control plane was not running';
  await tell(due, `was missed at ${occurrence}: ${problem}`);
  return { occurrence, missed: true, ...(problem === undefined ? {} : { problem }) };
}

async function tell(due: Due, what: string): Promise<void> {
  const { schedule, occurrence, durable } = due;
  const title = typeof schedule.request.title === 'string' ? schedule.request.title : eventOf(schedule);
  const text = `${title} (schedule ${schedule.name}) ${what}`;
  const at = new Date(ports().now()).toISOString();
  const deploymentId = deploymentIdOf(due);
  await startNotification(durable, `schedule-${schedule.name}-${Date.parse(occurrence)}-${due.pending.kind}`, {
    deploymentId,
    event: eventOf(schedule),
    title,
    kind: 'schedule',
    text,
    at,
  });
}

async function runSchedule(schedule: Schedule, durable: DurableClient, settings: Settings): Promise<string[]> {
  const now = ports().now();
  const lines: string[] = [];
  for (const one of pending(schedule, ttlOf(schedule, settings, now), now)) {
    const due: Due = { schedule, pending: one, occurrence: new Date(one.at).toISOString(), durable, settings };
    const outcome = await (one.kind === 'over' ? miss(due) : deployOccurrence(due));
    await durable.signalEntity(schedulesEntity, 'outcome', { name: schedule.name, last: outcome });
    const came = outcome.deploymentId ?? `${outcome.missed ? 'missed: ' : ''}${outcome.problem}`;
    lines.push(`${schedule.name} for ${due.occurrence}${outcome.late ? ' (late)' : ''}: ${came}`);
  }
  return lines;
}

/**
 * A schedule that cannot be looked at now (a vault that gives no answer) does not keep the others waiting.
 * @returns one line per occurrence that was started, could not be, or was missed
 */
export async function runDue(durable: DurableClient, settings: Settings): Promise<string[]> {
  const lines: string[] = [];
  for (const schedule of Object.values(await readSchedules(durable)))
    if (!schedule.paused)
      lines.push(
        ...(await runSchedule(schedule, durable, settings).catch((error: unknown) => [
          `${schedule.name} is tried again: ${error instanceof Error ? error.message : String(error)}`,
        ])),
      );
  return lines;
}
