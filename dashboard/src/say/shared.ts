/** What a component that serves every language is, in one word, with why: what the event judges of it, and what itself says by now. */
import type { ComponentHealth, LiveRelay } from '../../../contract/api/live.ts';
import type { Tone } from './language.ts';

export type SharedWord = 'unwell' | 'helped' | 'unanswering' | 'noInput' | 'runs' | 'making';

export interface JudgedShared {
  component: string;
  tone: Tone;
  word: SharedWord;
  /** In the control plane's own words. */
  reason: string | undefined;
  /** ISO 8601. */
  since: string | undefined;
}

/** @param relay what it said when it was asked last; undefined of the past, or where it has nothing to say */
export function judgeShared(one: ComponentHealth, relay: LiveRelay | undefined): JudgedShared {
  const as = (tone: Tone, word: SharedWord, reason = one.reason ?? undefined): JudgedShared => ({
    component: one.component,
    tone,
    word,
    reason,
    since: one.since ?? undefined,
  });
  if (one.health === 'unhealthy') return as('bad', one.beingRemedied ? 'helped' : 'unwell');
  // The event judges after a while; who looks now sees now.
  if (relay && !relay.healthy) return as('warn', 'unanswering', relay.reason);
  const input = relay?.health?.input as { connected?: boolean } | undefined;
  if (input?.connected === false) return as('warn', 'noInput');
  return one.health === 'healthy' ? as('good', 'runs') : as('work', 'making');
}
