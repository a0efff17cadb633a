/**
 * Commands that somebody has given here, from the press to their outcome. A command is sent under one key until it is answered:
 * whatever the line does, it is one command, and what stands here in the end is what the control plane says became of it.
 */
import { signal } from '@preact/signals';
import type { Accepted, OperationOutcome } from '../../../contract/api/operation.ts';
import type { FieldError } from '../../../contract/api/problem.ts';
import { ask, isPassing, Refused, wordsOf } from '../api/client.ts';

export type Phase = 'sending' | 'unanswered' | 'accepted' | 'done' | 'refused' | 'failed';
export interface Running {
  /** Of a press; the same thing pressed again is another one. */
  place: string;
  phase: Phase;
  /** Milliseconds since the Unix epoch, of this machine. */
  since: number;
  reason?: string;
  errors?: FieldError[];
  operationId?: string;
  /** HTTP status of a refusal. */
  status?: number;
}
export interface Given {
  /** Which button: an operation is shown where it was begun. */
  place: string;
  path: string;
  method?: 'POST' | 'DELETE';
  body: unknown;
  /** Of what is asked for; made anew for each press where it is not given. */
  key?: string;
  accepted?: (answer: Accepted) => void;
  /** The control plane keeps what it cannot do at once and does it by itself: an answer, whichever, is not asked for again. */
  keptThere?: boolean;
}

export const operations = signal<Readonly<Record<string, Running>>>({});
export const isOpen = (one: Running | undefined): boolean =>
  one !== undefined && !['done', 'refused', 'failed'].includes(one.phase);

const KEPT = 'stream-control.operations';
const [FIRST, LONGEST, LOOK] = [300, 4_000, 700];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function set(place: string, change: Partial<Running>): void {
  // What was said of the phase before is not said of this one.
  const {
    reason: _said,
    errors: _ofFields,
    ...known
  } = operations.value[place] ?? { place, phase: 'sending' as const, since: Date.now() };
  operations.value = { ...operations.value, [place]: { ...known, ...change } };
  keep();
}

export function dismiss(place: string): void {
  const { [place]: _gone, ...rest } = operations.value;
  operations.value = rest;
  keep();
}

/** Accepted ones are found again after the page was loaded anew: an id, no token and no secret. */
function keep(): void {
  const open = Object.values(operations.value).filter(({ phase, operationId }) => phase === 'accepted' && operationId);
  try {
    sessionStorage.setItem(
      KEPT,
      JSON.stringify(open.map(({ place, since, operationId }) => ({ place, since, operationId }))),
    );
  } catch {
    // Where nothing may be kept the event's own last operation still tells.
  }
}

export function resumeOperations(): void {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as Running[];
    for (const { place, since, operationId } of kept) {
      if (operationId === undefined) continue;
      set(place, { phase: 'accepted', since, operationId });
      void follow(place, operationId);
    }
  } catch {
    // As above.
  }
}

async function follow(place: string, operationId: string): Promise<void> {
  for (;;) {
    try {
      const { outcome, reason } = await ask<OperationOutcome>(`/api/operations/${encodeURIComponent(operationId)}`);
      if (outcome !== 'pending' && outcome !== 'accepted') {
        set(place, { phase: outcome, ...(reason === undefined ? {} : { reason }) });
        return;
      }
      set(place, { phase: 'accepted' });
    } catch (error) {
      if (!isPassing(error)) {
        set(place, { phase: 'failed', reason: wordsOf(error) });
        return;
      }
    }
    await pause(LOOK);
  }
}

/** Sends until there is an answer, then follows to the outcome. Resolves with it. */
export async function perform({
  place,
  path,
  method = 'POST',
  body,
  key,
  accepted,
  keptThere,
}: Given): Promise<Running> {
  if (isOpen(operations.value[place])) return operations.value[place] as Running;
  dismiss(place);
  set(place, { phase: 'sending', since: Date.now() });
  const under = key ?? crypto.randomUUID();
  for (let wait = FIRST; ; wait = Math.min(LONGEST, wait * 2)) {
    try {
      const answer = await ask<Partial<Accepted>>(path, { method, body, key: under });
      if (answer.operationId === undefined) set(place, { phase: 'done' });
      else {
        accepted?.(answer as Accepted);
        set(place, { phase: 'accepted', operationId: answer.operationId });
        await follow(place, answer.operationId);
      }
      return operations.value[place] as Running;
    } catch (error) {
      if (!isPassing(error) || (keptThere && error instanceof Refused)) {
        const { status, errors } = error instanceof Refused ? error.problem : {};
        set(place, {
          phase: isPassing(error) ? 'failed' : 'refused',
          reason: wordsOf(error),
          ...(status ? { status } : {}),
          ...(errors ? { errors } : {}),
        });
        return operations.value[place] as Running;
      }
      set(place, { phase: 'unanswered', ...(error instanceof Refused ? { reason: wordsOf(error) } : {}) });
      await pause(wait);
    }
  }
}
