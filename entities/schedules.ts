/** The durable entity that holds the schedules. */

import * as df from 'durable-functions';
import { own } from '../domain/own.ts';
import type { Rule } from '../domain/schedule/recurrence.ts';
import { scheduleInputs } from '../domain/seam/entity-inputs.ts';
import { mustBe } from '../domain/seam/input.ts';
import { stateOf } from '../durable/entity.ts';

export interface Schedule extends Rule {
  name: string;
  /** Seconds before an occurrence at which its deployment is accepted. */
  aheadSeconds: number;
  paused: boolean;
  /** Body of `POST /api/deploy` without keys. */
  request: Record<string, unknown>;
  /** Languages whose stream keys are in the vault. */
  keys: string[];
  by: string;
  /** ISO 8601: since when it stands as it is; what was before is nobody's. */
  since?: string;
  /** Occurrences that were missed, newest first; the latest few. */
  missed?: Outcome[];
  /** What came of the latest occurrence that was due. */
  last?: Outcome;
}
export interface Outcome {
  /** ISO 8601. */
  occurrence: string;
  deploymentId?: string;
  problem?: string;
  /** Its time had come before it was deployed. */
  late?: true;
  /** Its time is over, and nothing was deployed. */
  missed?: true;
}

const MISSED_KEPT = 10;

/** The schedule with what came of an occurrence; told twice it counts once. */
export function withOutcome(schedule: Schedule, last: Outcome): Schedule {
  const missed = (schedule.missed ?? []).filter(({ occurrence }) => occurrence !== last.occurrence);
  return { ...schedule, last, missed: last.missed ? [last, ...missed].slice(0, MISSED_KEPT) : missed };
}
export type Schedules = Record<string, Schedule>;

const NAME = 'schedules';
export const schedulesEntity = new df.EntityId(NAME, 'all');

export async function readSchedules(durable: df.DurableClient): Promise<Schedules> {
  return (await stateOf<Schedules>(durable, schedulesEntity)) ?? {};
}

export function registerSchedules(): void {
  df.app.entity<Schedules>(NAME, ({ df: entity }) => {
    const state = entity.getState(() => ({})) as Schedules;
    const { operationName } = entity;
    if (operationName === 'put' || operationName === 'outcome' || operationName === 'remove')
      mustBe(scheduleInputs[operationName], entity.getInput(), `${operationName} a schedule`);
    switch (operationName) {
      case 'put': {
        const schedule = entity.getInput<Schedule>() as Schedule;
        entity.setState({ ...state, [schedule.name]: schedule });
        break;
      }
      case 'outcome': {
        const { name, last } = entity.getInput<{ name: string; last: Outcome }>() as { name: string; last: Outcome };
        const known = own(state, name);
        if (known) entity.setState({ ...state, [name]: withOutcome(known, last) });
        break;
      }
      case 'remove': {
        const { [entity.getInput<string>() as string]: _gone, ...rest } = state;
        entity.setState(rest);
        break;
      }
    }
  });
}
