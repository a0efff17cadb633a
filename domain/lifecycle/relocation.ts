import type { OpenOperation } from './entries.ts';
import { runningInstances } from './nodes.ts';
import { closeOperation, dropAlarm, journal, openOperation, type Turn } from './turn.ts';

/**
 * Moves an event out of a lost region into the next one of its request. Nothing waits for the lost region: its group is removed
 * once the event is live again, or at the end. Languages, secrets and expiry are kept.
 */
export function beginRelocation(turn: Turn, operation: OpenOperation): void {
  const { state, input } = turn;
  const next = input.request.regions[state.regions.index + 1];
  if (next === undefined) {
    closeOperation(
      turn,
      operation,
      'refused',
      `no region is left after ${state.plan.layout.region}; name more in \`regions\``,
    );
    return;
  }
  if (state.removal.current?.running || runningInstances(turn).size > 0) {
    closeOperation(turn, operation, 'refused', 'something else is under way; try again when it is done');
    return;
  }
  openOperation(turn, operation);
  journal(turn, 'next-region', `leaving ${state.plan.layout.region} for ${next}`);
  state.regions.abandoned = [...state.regions.abandoned, state.plan.layout.resourceGroup];
  state.health.components = {};
  state.remedies.running = {};
  dropAlarm(turn, 'remedy');
  state.regions.moving = true;
}
