/** Hears what an orchestrator's actions do, replayed or not, in the order in which the extension does it. */
export interface Observer {
  called(name: string, type: 'Activity' | 'Orchestrator' | 'Entity'): void;
  /** Nothing has arrived for it yet. */
  waits(name: string, reason: WaitReason): void;
  received(name: string): void;
  /** An event for which nobody waits. */
  saved(name: string): void;
  /** @param fireAt ms since epoch */
  timer(fireAt: number): void;
  expired(fireAt: number): void;
}

export type WaitReason = 'ExternalEvent' | 'EntityResponse' | 'LockAcquisitionCompleted';
