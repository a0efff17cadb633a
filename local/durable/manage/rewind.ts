/** Rewind over HTTP: brings a failed instance, and its failed sub-orchestrations, back to before their failures. */
import { EventType, event, type HistoryEvent, isTerminal } from '../history.ts';
import { guidN } from '../ids.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import { rewindByBlanking, rewindByRemoval } from '../rewind.ts';
import type { Instance } from '../store/ports.ts';
import { rewound } from '../trace/lines.ts';
import { empty, json, serverProblem } from './answers.ts';
import type { ManageDeps } from './deps.ts';

export async function rewind(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
): Promise<ManagementResponse> {
  const { store, compat } = deps;
  const instance = store.instance(instanceId);
  if (!instance) {
    return compat.looseRewindAndPurge
      ? empty(404)
      : json(404, `No orchestration with instance ID "$${instanceId}" found.`);
  }
  if (instance.status !== 'Failed') {
    if (!compat.looseRewindAndPurge) {
      return json(
        412,
        `This orchestration has status ${instance.status}, but only orchestrations in the "Failed" state can be rewound.`,
      );
    }
    if (isTerminal(instance.status)) return empty(410);
    return serverProblem(
      'The rewind operation is only supported on failed orchestration instances.',
      'System.InvalidOperationException',
    );
  }
  const reason = request.query.get('reason');
  await rewindTree(deps, instance, reason, null);
  deps.trace.warning?.(rewound({ instanceId, name: instance.name, type: 'Orchestrator' }, deps.trace.payload(reason)));
  return empty(202);
}

/** Parents first: a child's answer is addressed to the parent's new execution. Only leaves are started again; parents wait for them. */
async function rewindTree(
  deps: ManageDeps,
  instance: Instance,
  reason: string | null,
  parentExecutionId: string | null,
): Promise<void> {
  const { store, committer, histories, clock, compat, random } = deps;
  const now = clock.now();
  const events = store.history(instance.id).map((text) => JSON.parse(text) as HistoryEvent);
  const executionId = compat.rewindBlanksEvents ? instance.executionId : guidN(random);
  const rewound = compat.rewindBlanksEvents
    ? rewindByBlanking(events)
    : rewindByRemoval(events, executionId, parentExecutionId, reason, parentExecutionId && instance.id, now);
  const failed = rewound.children
    .map((id) => store.instance(id))
    .filter((child): child is Instance => child?.status === 'Failed');
  const trigger: HistoryEvent = compat.rewindBlanksEvents
    ? event(EventType.GenericEvent, { Data: reason }, now)
    : event(EventType.ExecutionRewound, { Reason: '', ParentExecutionId: null, InstanceId: null }, now);
  histories.drop(instance.id);
  const started = rewound.events.find((one) => one.EventType === EventType.ExecutionStarted);
  const parent = started?.EventType === EventType.ExecutionStarted ? started.ParentInstance : null;
  await committer.commit({
    kind: 'rewrite',
    instance: {
      ...instance,
      executionId,
      // 3.0.0 resets nothing but the status.
      status: compat.rewindBlanksEvents ? 'Pending' : 'Running',
      output: compat.rewindBlanksEvents ? instance.output : null,
      updatedAt: now,
      parent: parent && JSON.stringify(parent),
    },
    history: rewound.events.map((one) => JSON.stringify(one)),
    ...(failed.length === 0 && {
      message: { instanceId: instance.id, executionId: null, event: JSON.stringify(trigger) },
    }),
  });
  for (const child of failed) await rewindTree(deps, child, reason, compat.rewindBlanksEvents ? null : executionId);
}
