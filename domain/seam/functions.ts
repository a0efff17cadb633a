/** Durable function names: used by orchestrations to call, by functions/ to start, by activities/ to register. */
export const ORCHESTRATION = {
  lifecycle: 'lifecycle',
  node: 'node',
  alarm: 'alarm',
  remove: 'remove',
  operation: 'operation',
  record: 'record',
  notify: 'notify',
  imageBuild: 'imageBuild',
} as const;

export const ACTIVITY = {
  /** `Effect[]` -> `EffectOutcome[]` in the same order; each effect is idempotent and none fails the call. */
  perform: 'perform',
  /** `NodeInput` -> `NodeStep`: look first, then send the one request that creates; returns before any poll. */
  begin: 'begin',
  /** `PollInput` -> `NodeStep`: one look at a running operation. */
  poll: 'poll',
  /** `Delivery` -> void: puts a message into a lifecycle's inbox. */
  report: 'report',
  /** `RemoveStepInput` -> `RemoveStep`: one step of deleting and verifying. */
  remove: 'removeStep',
  /** `Notification` -> void; throws when it could not be delivered, the orchestration retries. Function names are unique over all kinds, so not `notify`. */
  notify: 'deliver',
  /** `ImageStepInput` -> `ImageStep`: one look at a phase of an image's build; begins what is not there yet. */
  imageStep: 'imageStep',
  /** `BuildRecord` -> void: keeps what came of a build. */
  keepBuild: 'keepBuild',
} as const;

export const INBOX = 'inbox';
