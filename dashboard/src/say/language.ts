/** What a language is, in one word, with why and since when. One judgement for rows, sentence and figures. */
import type { ComponentHealth, LiveMixer } from '../../../contract/api/live.ts';

/** How something looks: each has a shape and a word before it has a colour. */
export type Tone = 'good' | 'idle' | 'work' | 'warn' | 'bad' | 'off';
export type Word =
  | 'onAir'
  | 'ready'
  | 'noKey'
  | 'making'
  | 'paused'
  | 'unheard'
  | 'offAir'
  | 'unwell'
  | 'helped'
  | 'unknown'
  | 'over';

export interface Judged {
  language: string;
  tone: Tone;
  word: Word;
  /** In the control plane's own words. */
  reason: string | undefined;
  /** ISO 8601. */
  since: string | undefined;
  wanted: boolean;
  streaming: boolean;
}

/** Milliseconds after which a mixer that says nothing, each ten seconds as a rule, is said to be silent; the control plane has a rule of its own for helping it. */
const SILENT = 30_000;
const RISING = ['scheduled', 'preflight', 'provisioning', 'verifying'];
const ENDING = ['tearing-down', 'rolling-back', 'failed', 'gone'];

export interface Seen {
  state: string;
  component: Pick<ComponentHealth, 'health' | 'reason' | 'since' | 'beingRemedied'> | undefined;
  mixer: LiveMixer | undefined;
  /** What its picture shows and nobody should see, while somebody looks. */
  shows?: { reason: string; since: string } | undefined;
  /** Milliseconds since the Unix epoch. */
  now: number;
}

export function judge(language: string, { state, component, mixer, shows, now }: Seen): Judged {
  const wanted = mixer?.desired?.streaming === true;
  const streaming = mixer?.streaming === true;
  const reason = component?.reason ?? mixer?.problems?.[0]?.text ?? mixer?.warnings?.[0]?.text;
  const as = (tone: Tone, word: Word, why = reason, since = component?.since ?? undefined): Judged => ({
    language,
    tone,
    word,
    reason: why,
    since,
    wanted,
    streaming,
  });
  if (RISING.includes(state)) return as('work', 'making', undefined);
  if (ENDING.includes(state)) return as('off', 'over', undefined);
  if (state === 'paused') return as('off', 'paused', undefined);
  if (component?.health === 'unhealthy') {
    if (component.beingRemedied) return as('bad', 'helped');
    return as('bad', wanted && !streaming ? 'offAir' : 'unwell');
  }
  if (!mixer) return as('idle', component?.health === 'healthy' ? 'ready' : 'unknown');
  if (mixer.at === null) return as('warn', 'unheard', undefined);
  if (now - Date.parse(mixer.at) > SILENT) return as('warn', 'unheard', undefined, mixer.at);
  if (streaming && (mixer.problems ?? []).length > 0) return as('warn', 'onAir');
  if (streaming) return shows ? as('warn', 'onAir', shows.reason, shows.since) : as('good', 'onAir', undefined);
  if (wanted) return as('bad', 'offAir');
  const noKey = [...(mixer.warnings ?? []), ...(mixer.problems ?? [])].some(({ code }) => code === 'stream-key-absent');
  if (noKey) return as('warn', 'noKey');
  return (mixer.problems ?? []).length > 0 ? as('warn', 'ready') : as('idle', 'ready', undefined);
}

const RANK: Record<Tone, number> = { bad: 0, warn: 1, work: 2, good: 3, idle: 3, off: 3 };
/** Trouble first; the rest in the event's own order, which never changes. */
export const troubleFirst = (all: readonly Judged[]): Judged[] =>
  all
    .map((one, index) => ({ one, index }))
    .sort((a, b) => RANK[a.one.tone] - RANK[b.one.tone] || a.index - b.index)
    .map(({ one }) => one);

/** Of an event as a whole. */
export function toneOf(state: string, health: string): Tone {
  if (['scheduled', 'preflight', 'provisioning', 'verifying', 'changing'].includes(state)) return 'work';
  if (state === 'live') return health === 'degraded' ? 'bad' : 'good';
  if (state === 'degraded' || state === 'remediating' || state === 'broken' || state === 'failed') return 'bad';
  if (state === 'tearing-down' || state === 'rolling-back') return 'work';
  return 'off';
}
