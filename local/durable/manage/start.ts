/** Starting and restarting orchestrations, with or without waiting for their end. */
import { isTerminal, type Status } from '../history.ts';
import { guidD, guidN, instanceIdProblem } from '../ids.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import { missingFunction } from '../replay/calls.ts';
import { startOf } from '../start.ts';
import { scheduled } from '../trace/lines.ts';
import { argumentProblem, checkStatus, json, problem, serverProblem } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { parseJson } from './json.ts';
import { getStatus } from './queries.ts';
import { duration, flag } from './query-values.ts';
import { parsed } from './status.ts';

const BLOCKING: readonly Status[] = ['Running', 'Pending', 'Suspended', 'ContinuedAsNew'];

export async function start(
  deps: ManageDeps,
  request: ManagementRequest,
  name: string,
  givenId: string | undefined,
  release: () => void,
): Promise<ManagementResponse> {
  let input: string | null = null;
  if (request.body !== '') {
    const body = parseJson(request.body);
    if (!body.ok) return body.answer;
    // 3.0.0 took null for no input.
    input = body.text === 'null' && deps.compat.oldHistoryFields ? null : body.text;
  }
  const version = deps.compat.startIgnoresVersion ? null : request.query.get('version');
  const refused = await create(deps, name, givenId, input, version);
  if (typeof refused !== 'string') return refused;
  return answerFor(deps, request, refused, release);
}

export async function restart(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
  release: () => void,
): Promise<ManagementResponse> {
  const old = deps.store.instance(instanceId);
  if (!old) {
    return problem(400, 'InstanceId does not match a valid orchestration instance.', {
      // The extension's own spelling.
      message: deps.compat.oldErrorTexts
        ? `An orchestrastion with the instanceId ${instanceId} was not found.`
        : `No instance with ID '${instanceId}' was found. (Parameter 'instanceId')`,
      type: 'System.ArgumentException',
    });
  }
  const fresh = flag(request.query, 'restartWithNewInstanceId', true);
  const id = await create(deps, old.name, fresh ? undefined : instanceId, old.input ?? 'null', old.version || null);
  if (typeof id !== 'string') {
    if (id.status !== 409) return id;
    const { Message: message } = JSON.parse(id.body) as { Message: string };
    return problem(409, 'A non-terminal instance with this instance ID already exists.', {
      message,
      type: 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    });
  }
  return answerFor(deps, request, id, release);
}

/** The new instance's id, or the answer that refuses. */
async function create(
  { runner, store, committer, random, clock, settings, compat, trace }: ManageDeps,
  name: string,
  givenId: string | undefined,
  input: string | null,
  version: string | null,
): Promise<string | ManagementResponse> {
  const missing = missingFunction(name, 'orchestrator', runner.names('orchestrator'));
  if (missing) return argumentProblem(missing);
  const instanceId = givenId || guidN(random);
  const invalid = instanceIdProblem(instanceId);
  if (invalid) return argumentProblem(invalid);
  const existing = store.instance(instanceId);
  const generation = existing ? (existing.generation ?? 0) + 1 : 0;
  const wanted = {
    instanceId,
    name,
    version: version ?? (settings.defaultVersion || null),
    input,
    parent: null,
    generation,
    oldFields: compat.oldHistoryFields,
  };
  trace.information?.(scheduled({ instanceId, name, type: 'Orchestrator' }, 'NewInstance'));
  const unlessIn = settings.overridableExistingInstanceStates === 'AnyState' ? [] : BLOCKING;
  const started = await committer.commit({
    kind: 'start',
    start: startOf(wanted, (compat.oldHistoryFields ? guidN : guidD)(random), clock.now()),
    unlessIn,
  });
  if (started) return instanceId;
  const status = store.instance(instanceId)?.status ?? 'Running';
  if (compat.startConflictIs500) {
    return serverProblem(
      `An Orchestration instance with the status ${status} already exists.`,
      'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
    );
  }
  return json(409, { Message: `An Orchestration instance with the status ${status} already exists.` });
}

async function answerFor(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
  release: () => void,
): Promise<ManagementResponse> {
  const timeout = duration(request.query, 'timeout');
  const interval = duration(request.query, 'pollingInterval');
  if (timeout === undefined || interval === undefined) return checkStatus(request, instanceId);
  if (interval > timeout) {
    const message = `Total timeout ${timeout / 1000} should be bigger than retry timeout ${interval / 1000}`;
    return deps.compat.oldErrorTexts ? argumentProblem(message) : problem(400, message);
  }
  const ended = () => {
    const instance = deps.store.instance(instanceId);
    return instance && isTerminal(instance.status) ? instance : undefined;
  };
  if (!ended()) {
    const waited = deps.waiters.wait(instanceId, timeout);
    // Virtual time must be able to pass while this request waits for it.
    release();
    await waited;
  }
  const instance = ended();
  if (!instance) return checkStatus(request, instanceId);
  if (instance.status === 'Completed') return json(200, parsed(instance.output));
  return getStatus(deps, request, instanceId);
}
