import { TOO_MANY } from '../lifecycle/admission.ts';
import { type RemedyVerdict, remedyVerdict, WINDOW_MS } from '../lifecycle/rungs.ts';
import { own } from '../own.ts';
import { componentNames } from '../plan/layout.ts';
import type { Command } from '../seam/command.ts';
import type { DecodedStatus } from './decode.ts';

/**
 * What a remedy by hand would come to, from what the status tells: the reducer's own decision.
 * @param now milliseconds since the Unix epoch
 */
export function remedyByHand(
  { machines, sick, remedied, remedies, commandsUsedUp }: DecodedStatus,
  command: Extract<Command, { command: 'remediate' }>,
  now: number,
): RemedyVerdict {
  if (commandsUsedUp) return { problem: TOO_MANY };
  return remedyVerdict(
    {
      components: componentNames(machines.filter(({ removed }) => !removed)),
      healthy: (component) => !sick.includes(component),
      beingRemedied: (component) => remedied.includes(component),
      recent: (component) => (own(remedies, component) ?? []).filter((at) => now - at < WINDOW_MS).length,
    },
    command,
  );
}
