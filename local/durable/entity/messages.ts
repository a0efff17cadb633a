/**
 * Messages between orchestrations and entities, in the extension's JSON (EntityScheduler/RequestMessage.cs, ResponseMessage.cs,
 * ReleaseMessage.cs). Field names and order are what history shows (test/fixtures/traces/entity-call-signal.json).
 */
import type { EntityKey } from '../replay/actions.ts';

const ASSEMBLY = 'Microsoft.Azure.WebJobs.Extensions.DurableTask';
const typed = (name: string): string => `${ASSEMBLY}.${name}, ${ASSEMBLY}`;

export const OPERATION = 'op';
export const RELEASE = 'release';
/** Event name of a signal that is due later. @param due ISO 8601 */
export const scheduledOperation = (due: string): string => `${OPERATION}@${due}`;

export interface EntityRequest {
  $type?: string;
  op: string | null;
  signal?: boolean;
  /** JSON text. */
  input?: string;
  id: string;
  parent?: string;
  parentExecution?: string;
  /** ISO 8601; only on scheduled signals. */
  due?: string;
  Timestamp?: string;
  Predecessor?: string;
  lockset?: EntityKey[];
  pos?: number;
}
export interface EntityResponse {
  /** JSON text of the operation's result, null when it has none. */
  result: string | null;
  exceptionType?: string;
}
export interface EntityRelease {
  parent: string;
  id: string;
}

export const requestText = (request: EntityRequest): string =>
  JSON.stringify({ $type: typed('RequestMessage'), ...request });
export const responseText = (response: EntityResponse): string =>
  JSON.stringify({ $type: typed('ResponseMessage'), ...response });
export const releaseText = (release: EntityRelease): string =>
  JSON.stringify({ $type: typed('ReleaseMessage'), ...release });

/** A .NET DateTime in the "o" format from ms since epoch and extra ticks of 100 ns. */
export function ticksText(ms: number, ticks: number, utc: boolean): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}${utc ? 'Z' : ''}`;
}

/**
 * Labels outgoing requests with timestamps that grow per destination (durable extension MessageSorter.LabelOutgoingMessage).
 * Delivery here is in order anyway; the labels exist because they are part of the recorded history.
 */
export class Labels {
  #last = new Map<string, { ms: number; ticks: number; text: string }>();

  next(destination: string, now: number): { Timestamp: string; Predecessor: string } {
    const last = this.#last.get(destination);
    let label = { ms: now, ticks: 0, text: ticksText(now, 0, true) };
    if (last && now <= last.ms) {
      const bumped = last.ticks + 1;
      label = { ms: last.ms, ticks: bumped, text: ticksText(last.ms, bumped, false) };
    }
    this.#last.set(destination, label);
    return { Timestamp: label.text, Predecessor: last?.text ?? '0001-01-01T00:00:00' };
  }
}
