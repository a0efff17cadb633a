/** `POST /api/deploy`: keys to the vault, then one lifecycle per event name, whoever else deploys at the same moment. */

import type { DurableClient } from 'durable-functions';
import type { Settings } from '../azure/settings.ts';
import { acceptedSchema } from '../contract/api/operation.ts';
import { takenAdvice } from '../domain/lifecycle/admission.ts';
import { REDUCER_VERSION } from '../domain/lifecycle/version.ts';
import { instanceId, keyedDeploymentId, newDeploymentId, operationId } from '../domain/names.ts';
import { own } from '../domain/own.ts';
import { compilePlan } from '../domain/plan/compile.ts';
import { learnedLead, readySeconds } from '../domain/plan/learned.ts';
import {
  type DeployRequest,
  deploySchema,
  type ParsedDeploy,
  parseDeployRequest,
  requestHash,
} from '../domain/request/deploy.ts';
import { type DeployQuery, deployQuery } from '../domain/request/queries.ts';
import type { Installation } from '../domain/seam/installation.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { IndexEntry } from '../domain/seam/records.ts';
import { EVENT_STATES } from '../domain/states.ts';
import { deploymentOf, endedLifecycle, isBroken, isEnding, settledLifecycle } from '../durable/deployments.ts';
import { keepOrigin, type Lifecycle } from '../durable/lifecycles.ts';
import { startAnew } from '../durable/start.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { ports } from '../ports/index.ts';
import { accepted } from './accepted.ts';
import { budgetCheck } from './budget.ts';
import { templates } from './catalogue.ts';
import { idempotencyKey, stateOf } from './command.ts';
import { type Call, door, type Reply } from './door.ts';
import { installationFor } from './image-choice.ts';
import { notSet } from './installation.ts';
import { learnedOf } from './learned.ts';
import { preflightVerdict } from './preflight-wait.ts';
import type { Principal } from './principal.ts';
import { invalid, Problem } from './problem.ts';
import { dropKeys, storeKeys, waiting } from './stream-keys.ts';
import { decoded, howBroken } from './views.ts';
import { write } from './written.ts';

type ParsedRequest = Extract<ParsedDeploy, { ok: true }>;

/** Who wants what deployed; the door, Teams and schedules all come this way. */
export interface Deploying {
  /** Body of `POST /api/deploy`, not yet validated. */
  body: unknown;
  who: Principal;
  /** Idempotency-Key; the same caller, event and key are the same deployment. */
  key: string | undefined;
  durable: DurableClient;
  settings: Settings;
}

/** The id this request gets: the same for the same caller, event and key. */
const deploymentIdOf = ({ key, who }: Deploying, event: string): string =>
  key === undefined
    ? newDeploymentId(event, ports().now(), ports().random(8))
    : keyedDeploymentId(event, who.name, key);

const otherRequest = () => new Problem(422, 'This Idempotency-Key was used for another request; use a new key');

const exists = (event: string, state: string | undefined, deploymentId: string) =>
  new Problem(409, `Event ${JSON.stringify(event)} exists and is ${state ?? 'starting'}`, {
    extra: {
      state: state ?? 'starting',
      deploymentId,
      advice: takenAdvice(
        EVENT_STATES.find((each) => each === state),
        event,
      ),
    },
  });

/**
 * The name must be free: nothing of an earlier deployment is left. One that is just ending is waited for.
 * @returns the lifecycle when it is this very deployment's: the same request came twice at once
 * @throws Problem 409
 */
async function isFree(durable: DurableClient, event: string, own: string): Promise<Lifecycle | undefined> {
  const earlier = await endedLifecycle(durable, event);
  if (!earlier) return undefined;
  const { deploymentId } = earlier.input;
  if (deploymentId === own) return earlier;
  if (isBroken(earlier))
    throw new Problem(
      409,
      `Event ${JSON.stringify(event)} is broken: ${howBroken(earlier.runtime)}; tear it down first or use another name`,
      { extra: { state: 'broken', deploymentId } },
    );
  if (isEnding(earlier))
    throw new Problem(409, `Event ${JSON.stringify(event)} is ending; try again in some seconds`, {
      headers: { 'retry-after': '5' },
      extra: { state: stateOf(earlier), deploymentId },
    });
  if (!earlier.ended) throw exists(event, earlier.status?.s, deploymentId);
  return undefined;
}

/** What must hold before anything is started. @throws Problem 409 when the plan has changed or a setting is missing, 422 when it would cost too much */
function affordable(
  { request, template, planHash }: ParsedRequest,
  installation: Installation,
  settings: Settings,
): void {
  const missing = notSet(settings, template, installation);
  if (missing.length > 0)
    throw new Problem(
      409,
      `Template ${template.name} needs what this installation is not set up with: ${missing.join(', ')} (docs/operate/install.md)`,
    );
  const plan = compilePlan(request, template, installation);
  const budget = budgetCheck(request.budget, plan.cost);
  if (budget?.outcome === 'fail')
    throw new Problem(422, `It would cost ${budget.detail}; raise budget.amount, shorten ttl or set budget.action`);
  if (planHash !== undefined && planHash !== plan.hash)
    throw new Problem(409, 'The plan has changed since it was shown; look at it again (POST /api/plan)');
}

/** A request that is to be ready at a time begins so early that nearly every past run would have been. */
async function timed({ request, template }: ParsedRequest, durable: DurableClient): Promise<DeployRequest> {
  if (request.startsAt === undefined) return request;
  const lead = learnedLead(readySeconds(await learnedOf(durable, request), request, template));
  return lead === undefined ? request : { ...request, leadSeconds: lead };
}

/** Validates a request and starts its deployment. @throws Problem 400, 409, 422, 503 */
export async function startDeployment(deploying: Deploying): Promise<{ event: string; deploymentId: string }> {
  const { body, who, key, durable, settings } = deploying;
  const now = ports().now();
  const parsed = parseDeployRequest(body, { templates: templates(), defaultRegion: settings.defaultRegion, now });
  if (!parsed.ok) throw invalid(parsed.problems);
  const { request, template, keys } = parsed;
  const { event } = request;
  const deploymentId = deploymentIdOf(deploying, event);
  const hash = requestHash(request);
  const same = (earlier: { input: LifecycleInput }) => {
    if (earlier.input.requestHash !== hash) throw otherRequest();
    return { event, deploymentId };
  };
  const earlier = key === undefined ? undefined : await deploymentOf(durable, deploymentId);
  if (earlier) return same(earlier);
  const installation = await installationFor(durable, settings, parsed);
  affordable(parsed, installation, settings);
  const standing = await isFree(durable, event, deploymentId);
  if (standing) return same(standing);

  if (keys)
    await storeKeys(
      settings,
      { deploymentId, request, template },
      keys,
      waiting({ deploymentId, template, requestHash: hash }),
    );
  const input: LifecycleInput = {
    version: REDUCER_VERSION,
    deploymentId,
    event,
    request: await timed(parsed, durable),
    requestHash: hash,
    template,
    installation,
    acceptedAt: new Date(now).toISOString(),
    by: who.name,
  };
  await keepOrigin(durable, input);
  const winner = await start(durable, input);
  const won = winner.input.deploymentId === deploymentId && winner.input.requestHash === hash;
  if (keys && !won) await dropKeys(settings, deploymentId, request.languages, waiting(input));
  if (winner.input.deploymentId !== deploymentId) throw exists(event, winner.status?.s, winner.input.deploymentId);
  if (!won) throw otherRequest();
  await keepOrigin(durable, input, true);
  await enlist(durable, winner);
  return { event, deploymentId };
}

/** Puts a deployment into the index of events, unless its lifecycle has: whoever is told of it finds it in the list. */
async function enlist(durable: DurableClient, { input, status }: Lifecycle): Promise<void> {
  const { event, deploymentId, acceptedAt } = input;
  const { state, resourceGroup } = decoded({ input, status });
  const entry: IndexEntry = { event, deploymentId, state, resourceGroup, at: acceptedAt };
  await write<IndexState>(durable, eventIndex, 'put', entry, (index) => {
    const known = own(index?.events ?? {}, event);
    return known?.deploymentId === deploymentId || Date.parse(known?.at ?? '') > Date.parse(acceptedAt);
  });
}

/** Starts, then reads whose start it became: two racers may both be told that theirs was taken. */
async function start(durable: DurableClient, input: LifecycleInput) {
  await startAnew(durable, 'lifecycle', instanceId.lifecycle(input.event), input);
  const found = await settledLifecycle(durable, input.event);
  if (!found) throw new Problem(503, 'The deployment was not taken up; try again', { headers: { 'retry-after': '5' } });
  return found;
}

/** `POST /api/deploy` of a call. @throws Problem */
export async function deploy(call: Call<unknown, DeployQuery>): Promise<Reply> {
  const { body, who, durable, settings, query } = call;
  const { event, deploymentId } = await startDeployment({ body, who, key: idempotencyKey(call), durable, settings });
  if (query.wait === 'preflight') await preflightVerdict(durable, deploymentId);
  return accepted(settings, event, deploymentId, operationId(deploymentId, 'deploy'));
}

export const deployDoors = [
  door({
    name: 'api-deploy',
    method: 'POST',
    route: 'api/deploy',
    access: 'operator',
    summary: 'Makes an event appear',
    schema: deploySchema,
    query: deployQuery,
    validatesItself: true,
    bodies: { 202: acceptedSchema },
    answers: { 202: 'Accepted', 409: 'The name is taken or the plan has changed', 422: 'Preflight refuses' },
    handle: (call) => deploy(call),
  }),
];
