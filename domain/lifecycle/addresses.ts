import { knownHosts } from '../status/hosts.ts';
import type { Turn } from './turn.ts';

/** Where presenters send to, in words: they must be told when it changes. No passphrase in it. */
export function presenterAddresses({ input: { template }, state }: Turn): string {
  const [relay, slides] = knownHosts(state) ?? ['', ''];
  return `the programme goes to srt://${relay}:${template.relay.ingestPort}, the slides to srt://${slides}:${template.slides.ingestPort}`;
}
