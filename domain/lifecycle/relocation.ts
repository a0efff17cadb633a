import { runningInstances } from './nodes.ts';
import type { OpenOperation } from './state.ts';
import { closeOperation, dropAlarm, journal, openOperation, type Turn } from './turn.ts';

/**
 * A region is lost: makes the event anew in the next one of its request. Nothing waits for the lost region; its group is
 * remembered and removed when the event is live again, or at the end. Languages, secrets and the end of the event stay.
 */
export function beginRelocation(turn: Turn, operation: OpenOperation): void {
  const { state, input } = turn;
  const next = input.request.regions[state.regionIndex + 1];
  if (next === undefined) {
    closeOperation(
      turn,
      operation,
      'refused',
      `no region is left after ${state.layout.region}; name more in \`regions\``,
    );
    return;
  }
  if (state.removal?.running || runningInstances(turn).size > 0) {
    closeOperation(turn, operation, 'refused', 'something else is under way; try again when it is done');
    return;
  }
  openOperation(turn, operation);
  journal(turn, 'next-region', `leaving ${state.layout.region} for ${next}`);
  state.abandoned = [...state.abandoned, state.layout.resourceGroup];
  state.health = {};
  state.remedies = {};
  dropAlarm(turn, 'remedy');
  state.moving = true;
}
