/** Deploys what is due. Runs every few minutes on any instance: the Idempotency-Key of an occurrence makes it happen once. */
import type { DurableClient } from 'durable-functions';
import type { Settings } from '../../azure/settings.ts';
import { ports } from '../../ports/index.ts';
import { startDeployment } from '../deploy.ts';
import { Problem } from '../problem.ts';
import { type Outcome, readSchedules, type Schedule, schedulesEntity } from './entity.ts';
import { readScheduleKeys } from './keys.ts';
import { nextOccurrence } from './recurrence.ts';

/** The occurrence that should be under way now: the next one, once it is near enough. ISO 8601. */
function dueOccurrence(schedule: Schedule, now: number): string | undefined {
  const next = nextOccurrence(schedule, now);
  return next - now <= schedule.aheadSeconds * 1000 ? new Date(next).toISOString() : undefined;
}

async function deployOccurrence(
  schedule: Schedule,
  occurrence: string,
  durable: DurableClient,
  settings: Settings,
): Promise<Outcome> {
  const keys = await readScheduleKeys(settings, schedule.name, schedule.keys);
  const body = {
    ...schedule.request,
    startsAt: occurrence,
    ...(schedule.keys.length > 0 ? { youtubeKeys: keys } : {}),
  };
  try {
    const { deploymentId } = await startDeployment({
      body,
      who: { name: `schedule:${schedule.name}`, roles: ['operator'] },
      key: occurrence,
      durable,
      settings,
    });
    return { occurrence, deploymentId };
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return { occurrence, problem: error.message };
    throw error;
  }
}

/** @returns one line per occurrence that was started or could not be */
export async function runDue(durable: DurableClient, settings: Settings): Promise<string[]> {
  const now = ports().now();
  const lines: string[] = [];
  for (const schedule of Object.values(await readSchedules(durable))) {
    const occurrence = schedule.paused ? undefined : dueOccurrence(schedule, now);
    if (occurrence === undefined) continue;
    // What was started stays started; what was refused (the name still taken) is tried again until its time.
    const { last: before } = schedule;
    const same = before && Date.parse(before.occurrence) === Date.parse(occurrence);
    if (same && before.deploymentId !== undefined) continue;
    const last = await deployOccurrence(schedule, occurrence, durable, settings);
    await durable.signalEntity(schedulesEntity, 'outcome', { name: schedule.name, last });
    lines.push(`${schedule.name} for ${occurrence}: ${last.deploymentId ?? last.problem}`);
  }
  return lines;
}
