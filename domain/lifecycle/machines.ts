import { resourceName } from '../names.ts';
import type { MachineLayout } from '../plan/layout.ts';
import { startAction } from './nodes.ts';
import type { Turn } from './turn.ts';

/** Id of the action that deletes one machine of a language. */
export const discardId = (language: string): string => `discard-${language}`;

/**
 * Deletes one language's machine, as it is in the layout now, and all that hangs on it.
 * @param secrets whether the language's secrets go too (it leaves the event)
 */
export function discardMachine(turn: Turn, machine: MachineLayout, secrets: boolean): void {
  const { event } = turn.input;
  const { language, variant } = machine;
  // The id carries the variant: two machines of one language may be on their way out at once.
  startAction(turn, `${discardId(language)}-v${variant}`, {
    kind: 'delete-machine',
    language,
    mixer: resourceName.mixer(language, event, variant),
    nic: resourceName.nic(language, event, variant),
    publicIp: resourceName.publicIp(language, event, variant),
    secrets,
  });
}
