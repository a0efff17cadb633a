/** What a replay schedules or decides, under the sequence id that history knows it by (DTFx OrchestratorAction and its kinds). */
import type { FailureDetails, Status } from '../history.ts';

export type Decision =
  | { kind: 'activity'; id: number; name: string; input: string }
  | { kind: 'timer'; id: number; fireAt: number }
  | { kind: 'sub'; id: number; name: string; version: string; instanceId: string; input: string | null }
  | { kind: 'send'; id: number; target: string; name: string; input: string | null }
  | {
      kind: 'complete';
      id: number;
      status: Status;
      result: string | null;
      details: string | null;
      failureDetails: FailureDetails | null;
    };
