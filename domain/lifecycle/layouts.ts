import type { MachineLayout } from '../plan/layout.ts';
import type { Turn } from './turn.ts';

/** The machines that are part of the event, without those being taken off. */
export const activeMachines = (turn: Turn): MachineLayout[] =>
  turn.state.layout.machines.filter(({ removed }) => !removed);
