/** `POST /api/deploy`: keys to the vault, then one lifecycle per event name, whoever else deploys at the same moment. */
import { REDUCER_VERSION } from '../domain/lifecycle/machine.ts';
import { instanceId, keyedDeploymentId, newDeploymentId, operationId } from '../domain/names.ts';
import { compilePlan } from '../domain/plan/compile.ts';
import { deploySchema, parseDeployRequest, requestHash } from '../domain/request/deploy.ts';
import { type LifecycleInput, ORCHESTRATION } from '../domain/workflow.ts';
import { ports } from '../ports/index.ts';
import { accepted } from './accepted.ts';
import { budgetCheck } from './budget.ts';
import { templates } from './catalogue.ts';
import { idempotencyKey } from './command.ts';
import { type Call, door, type Reply } from './door.ts';
import { installationOf } from './installation.ts';
import { deploymentOf, lifecycleOf, settledLifecycle } from './instances.ts';
import { preflightVerdict } from './preflight-wait.ts';
import { invalid, Problem } from './problem.ts';
import { dropKeys, storeKeys } from './stream-keys.ts';

/** The id this request gets: the same for the same caller, event and key. */
function deploymentIdOf(call: Call, event: string): { deploymentId: string; keyed: boolean } {
  const key = idempotencyKey(call);
  return key === undefined
    ? { deploymentId: newDeploymentId(event, ports().now(), ports().random(8)), keyed: false }
    : { deploymentId: keyedDeploymentId(event, call.who.name, key), keyed: true };
}

/** The first answer again when this very request was taken before; 422 when its key was used for another. */
async function repeated(call: Call, event: string, deploymentId: string, hash: string): Promise<Reply | undefined> {
  const earlier = await deploymentOf(call.durable, deploymentId);
  if (!earlier) return undefined;
  if (earlier.input.requestHash !== hash)
    throw new Problem(422, 'This Idempotency-Key was used for another request; use a new key');
  return accepted(call.settings, event, deploymentId, operationId(deploymentId, 'deploy'));
}

const exists = (event: string, state: string | undefined, deploymentId: string) =>
  new Problem(
    409,
    `Event ${JSON.stringify(event)} exists and is ${state ?? 'starting'}; tear it down first or use another name`,
    {
      extra: { state: state ?? 'starting', deploymentId },
    },
  );

/** Validates and starts a deployment of `call.body`. @throws Problem 400, 409, 422 */
export async function deploy(call: Call): Promise<Reply> {
  const { body, durable, settings, who } = call;
  const now = ports().now();
  const parsed = parseDeployRequest(body, { templates: templates(), defaultRegion: settings.defaultRegion, now });
  if (!parsed.ok) throw invalid(parsed.problems);
  const { request, template, keys } = parsed;
  const { event } = request;
  const installation = installationOf(settings);
  const plan = compilePlan(request, template, installation);
  const budget = budgetCheck(request.budget, plan.cost);
  if (budget?.outcome === 'fail')
    throw new Problem(422, `It would cost ${budget.detail}; raise budget.amount, shorten ttl or set budget.action`);
  if (parsed.planHash !== undefined && parsed.planHash !== plan.hash)
    throw new Problem(409, 'The plan has changed since it was shown; look at it again (POST /api/plan)');

  const { deploymentId, keyed } = deploymentIdOf(call, event);
  const hash = requestHash(request);
  const before = keyed ? await repeated(call, event, deploymentId, hash) : undefined;
  if (before) return before;
  const running = await lifecycleOf(durable, event);
  if (running && !running.ended) throw exists(event, running.status?.s, running.input.deploymentId);

  const input: LifecycleInput = {
    version: REDUCER_VERSION,
    deploymentId,
    event,
    request,
    requestHash: hash,
    template,
    installation,
    acceptedAt: new Date(now).toISOString(),
    by: who.name,
  };
  if (keys) await storeKeys(settings, event, deploymentId, keys);
  const winner = await start(call, input);
  if (winner.input.deploymentId !== deploymentId) {
    if (keys) await dropKeys(settings, deploymentId, request.languages);
    throw exists(event, winner.status?.s, winner.input.deploymentId);
  }
  if (call.request.query.get('wait') === 'preflight') await preflightVerdict(durable, deploymentId);
  return accepted(settings, event, deploymentId, operationId(deploymentId, 'deploy'));
}

/** Starts, then reads whose start it became: two racers may both be told that theirs was taken. */
async function start({ durable }: Call, input: LifecycleInput) {
  await durable
    .startNew(ORCHESTRATION.lifecycle, { instanceId: instanceId.lifecycle(input.event), input })
    .catch((error: unknown) => {
      if (!/already exists|AlreadyExists|status code: (409|500)/i.test(String((error as Error)?.message))) throw error;
    });
  const found = await settledLifecycle(durable, input.event);
  if (!found) throw new Problem(503, 'The deployment was not taken up; try again', { headers: { 'retry-after': '5' } });
  return found;
}

export const deployDoors = [
  door({
    name: 'api-deploy',
    method: 'POST',
    route: 'api/deploy',
    access: 'operator',
    summary: 'Makes an event appear',
    schema: deploySchema,
    validatesItself: true,
    answers: { 202: 'Accepted', 409: 'The name is taken or the plan has changed', 422: 'Preflight refuses' },
    handle: deploy as never,
  }),
];
