import { componentId, parseComponent } from '../component.ts';
import { TOO_MANY } from '../lifecycle/admission.ts';
import { type RemedyVerdict, remedyVerdict, WINDOW_MS } from '../lifecycle/ladder.ts';
import { own } from '../own.ts';
import type { Command } from '../seam/command.ts';
import type { Template } from '../template/schema.ts';
import type { DecodedStatus } from './decoded.ts';

/**
 * What a remedy by command would do, by the status. The reducer decides by the same rule.
 * @param now milliseconds since the Unix epoch
 */
export function remedyByHand(
  { components }: Pick<Template, 'components'>,
  { members, sick, remedied, remedies, commandsUsedUp }: DecodedStatus,
  command: Extract<Command, { command: 'remediate' }>,
  now: number,
): RemedyVerdict {
  if (commandsUsedUp) return { problem: TOO_MANY };
  return remedyVerdict(
    {
      components: members.filter(({ removed }) => !removed).map(componentId),
      ladder: (component) => own(components, parseComponent(component).name)?.heal ?? [],
      healthy: (component) => !sick.includes(component),
      beingRemedied: (component) => remedied.includes(component),
      recent: (component) => (own(remedies, component) ?? []).filter((at) => now - at < WINDOW_MS).length,
    },
    command,
  );
}
