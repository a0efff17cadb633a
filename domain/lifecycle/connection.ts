import { componentId } from '../component.ts';
import { fill } from '../references.ts';
import { shownHosts } from '../status/hosts.ts';
import { activeParts } from './parts.ts';
import type { Turn } from './turn.ts';

/** The addresses presenters send to, as text without passphrases. They must be told when these change. */
export function connectionText(turn: Turn): string {
  const hosts = shownHosts(turn.input, turn.state);
  return activeParts(turn)
    .flatMap(({ rule, scope, member }) =>
      Object.values(rule.connection).map((text) => {
        const id = componentId(member);
        const address = String(
          fill(text, (reference) => (reference === 'self.host' ? hosts[id] : undefined) ?? scope(reference)),
        );
        return `the ${rule.title ?? id} goes to ${address.replace(/\?.*$/, '')}`;
      }),
    )
    .join(', ');
}
