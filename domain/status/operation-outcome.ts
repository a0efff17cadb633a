import type { OperationOutcome } from '../../contract/api/operation.ts';
import { parseOperationId } from '../names.ts';
import type { OperationRecord } from '../seam/records.ts';
import { openOperations } from './decode.ts';
import type { EncodedStatus } from './encoded.ts';

/**
 * The outcome of a command: its record, else what the lifecycle says, else pending while the lifecycle runs.
 * A teardown whose removal failed reads as failed until a retry succeeds.
 * @param lifecycle of the operation's deployment; undefined status when it has not begun, `brokenAs` when it broke for good
 * @returns undefined when the text is no operationId
 */
export function operationOutcome(
  id: string,
  record: OperationRecord | undefined,
  lifecycle: { status: EncodedStatus | undefined; ended: boolean; brokenAs?: string | undefined },
): OperationOutcome | undefined {
  const parts = parseOperationId(id);
  if (!parts) return undefined;
  const { event, suffix } = parts;
  if (record) {
    const { command, outcome, reason, outageSeconds, at } = record;
    return {
      operationId: id,
      command,
      event,
      outcome,
      ...(reason === undefined ? {} : { reason }),
      ...(outageSeconds === undefined ? {} : { outageSeconds }),
      at,
    };
  }
  const open = lifecycle.status && openOperations(lifecycle.status).find(({ operationId }) => operationId === id);
  if (open && !lifecycle.ended)
    return {
      operationId: id,
      command: open.command,
      event,
      outcome: open.failed === undefined ? 'accepted' : 'failed',
      ...(open.failed === undefined ? {} : { reason: open.failed }),
      at: open.at,
    };
  const command = open?.command ?? (suffix === 'deploy' || suffix === 'teardown' ? suffix : 'unknown');
  // It will not be carried out any more, and the event's resources still exist.
  if (lifecycle.brokenAs !== undefined) {
    const reason = `the lifecycle ended as ${lifecycle.brokenAs} before it was done; teardown ends the event`;
    return { operationId: id, command, event, outcome: 'failed', reason, at: open?.at ?? null };
  }
  if (!lifecycle.ended) return { operationId: id, command, event, outcome: 'pending', at: null };
  // A teardown after the end: there is nothing left to do.
  if (suffix === 'teardown') return { operationId: id, command, event, outcome: 'done', at: null };
  return {
    operationId: id,
    command,
    event,
    outcome: 'refused',
    reason: 'the deployment ended before it was taken',
    at: null,
  };
}
