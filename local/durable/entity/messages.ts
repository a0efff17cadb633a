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

/** The timestamp one tick (100 ns) later, without the `Z`: .NET loses it in that addition. @param text in the "o" format */
function nextTick(text: string): string {
  const [seconds = '', fraction = ''] = text.replace('Z', '').split('.');
  // A carry into the seconds would take ten million messages of one turn to one entity.
  return `${seconds}.${String(Number(fraction) + 1).padStart(7, '0')}`;
}

/**
 * Labels outgoing requests with timestamps that grow per destination (durable extension MessageSorter.LabelOutgoingMessage).
 * Delivery here is in order anyway; the labels exist because they are part of the recorded history.
 */
export class Labels {
  #last = new Map<string, string>();

  /** @param now orchestrator time in the "o" format */
  next(destination: string, now: string): { Timestamp: string; Predecessor: string } {
    const last = this.#last.get(destination);
    const later = last === undefined || now.replace('Z', '') > last.replace('Z', '');
    const Timestamp = later ? now : nextTick(last);
    this.#last.set(destination, Timestamp);
    return { Timestamp, Predecessor: last ?? '0001-01-01T00:00:00' };
  }
}
