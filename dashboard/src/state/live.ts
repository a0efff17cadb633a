/** What the stream said: of all events, or of the one that is looked at. */
import { batch, effect, type Signal, signal } from '@preact/signals';
import type { DeploymentStatus } from '../../../contract/api/deployment.ts';
import type { ListedEvent } from '../../../contract/api/events.ts';
import type { JournalLine } from '../../../contract/api/journal.ts';
import type { LiveEvent, LiveMixer, LivePart, LiveParts, LiveRelay } from '../../../contract/api/live.ts';
import type { DeploymentGraph } from '../../../contract/api/plan.ts';
import type { Presenters } from '../../../contract/api/source.ts';
import type { Refused } from '../api/client.ts';
import { listen } from '../api/live.ts';
import { clockSaid, heard, silent } from './clock.ts';
import { keepHistory } from './history.ts';
import { askMe, barred } from './me.ts';
import { place } from './route.ts';

export const events = signal<readonly ListedEvent[] | undefined>(undefined);
export const event = signal<LiveEvent | undefined>(undefined);
export const deployment = signal<DeploymentStatus | undefined>(undefined);
export const graph = signal<DeploymentGraph | undefined>(undefined);
export const journal = signal<readonly JournalLine[]>([]);
export const relays = signal<readonly LiveRelay[]>([]);
/** Of the programme, as its relay sees them; null while it does not say. */
export const presenters = signal<Presenters | null>(null);
/** Why there is nothing to show. */
export const refused = signal<Refused | undefined>(undefined);
export const connected = signal(false);

const mixers = new Map<string, Signal<LiveMixer | undefined>>();
/** What the mixer of a language said last; each language changes by itself. */
export function mixer(language: string): Signal<LiveMixer | undefined> {
  const known = mixers.get(language) ?? signal<LiveMixer | undefined>(undefined);
  mixers.set(language, known);
  return known;
}

/** What was said of an earlier deployment of the name is another event's. */
function forget(): void {
  event.value = undefined;
  deployment.value = undefined;
  graph.value = undefined;
  journal.value = [];
  relays.value = [];
  presenters.value = null;
  for (const one of mixers.values()) one.value = undefined;
}

/** The status holds the latest entries only: what was heard before stays. */
function withEntries(known: readonly JournalLine[], said: readonly JournalLine[]): readonly JournalLine[] {
  const keyOf = ({ at, code, text }: JournalLine) => `${at} ${code} ${text}`;
  const all = new Map([...known, ...said].map((line) => [keyOf(line), line]));
  return [...all.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

let journalOf: string | undefined;
const take: { [Name in LivePart]: (body: LiveParts[Name]) => void } = {
  tick: ({ now }) => clockSaid(now),
  events: (body) => {
    events.value = body.events;
  },
  event: (body) => {
    if (event.value && event.value.deploymentId !== body.deploymentId) forget();
    event.value = body;
  },
  deployment: (body) => {
    deployment.value = body;
  },
  graph: (body) => {
    graph.value = body;
  },
  journal: ({ deploymentId, entries }) => {
    journal.value = withEntries(journalOf === deploymentId ? journal.value : [], entries);
    journalOf = deploymentId;
  },
  mixer: (body) => {
    mixer(body.language).value = body;
    keepHistory(`mixer ${body.language}`, { dropped: body.droppedFrames, reconnects: body.reconnects });
  },
  relays: (body) => {
    relays.value = body.relays;
    presenters.value = body.presenters;
    for (const { component, health } of body.relays) {
      const input = health?.input as { bitrate?: unknown } | undefined;
      keepHistory(`relay ${component}`, { bitrate: input?.bitrate, callers: health?.callers });
    }
  },
};

/** Listens to what the present view shows, and to nothing else. */
export function followPlace(): void {
  let stop: (() => void) | undefined;
  let path: string | undefined;
  effect(() => {
    const at = place.value;
    const wanted = at.view === 'event' ? `/api/live?event=${encodeURIComponent(at.event)}` : '/api/live';
    const may = !barred.value;
    if (may && wanted === path) return;
    stop?.();
    path = may ? wanted : undefined;
    if (!may) return;
    batch(() => {
      forget();
      refused.value = undefined;
    });
    stop = listen<LiveParts>(wanted, {
      part: (name, body) => batch(() => (take[name] as ((said: typeof body) => void) | undefined)?.(body)),
      heard: () =>
        batch(() => {
          heard();
          connected.value = true;
          refused.value = undefined;
        }),
      cut: () =>
        batch(() => {
          silent();
          connected.value = false;
        }),
      refused: (error) => {
        refused.value = error;
        if (error.problem.status === 401 || error.problem.status === 403) void askMe();
      },
    });
  });
}
