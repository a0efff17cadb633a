/** The steps of taking a deployment away and proving that it is gone. Each is idempotent; the order is the orchestration's. */
import type { DurableClient } from 'durable-functions';
import { type AzureClients, clients } from '../azure/clients.ts';
import { classify, orAbsent } from '../azure/errors.ts';
import { beginModular, poll as pollOperation } from '../azure/operations.ts';
import { instanceId } from '../domain/names.ts';
import {
  isNamedOurs,
  isTaggedOurs,
  type LeftResource,
  leftText,
  odata,
  removalTags,
  type Tags,
  tagOf,
} from '../domain/ownership.ts';
import type { Failure } from '../domain/seam/failure.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import { inputProblem } from '../domain/seam/input.ts';
import type { RemovedResource, RemoveStep, RemoveStepInput } from '../domain/seam/removal.ts';
import { removeStepInput } from '../domain/seam/removal.ts';
import { seenBy } from '../domain/seen.ts';
import { inTurns } from '../durable/in-turns.ts';
import { resultsOf } from '../durable/past.ts';
import { agentEntity } from '../entities/agent.ts';
import { postedEntity } from '../entities/posted.ts';
import { presenterEntity } from '../entities/presenter.ts';
import { foreignInstallation, livingClaim } from '../inspect/claims.ts';
import { type Holdings, holdingsOf, type Standing } from '../inspect/holdings.ts';
import { ports } from '../ports/index.ts';
import { telling } from '../telemetry/calls.ts';
import { removalSpan } from '../telemetry/span.ts';
import { removeNext } from './apart.ts';
import { TYPE as CONTAINERS } from './kinds/containers/state.ts';
import { powerOf } from './kinds/machine/power.ts';
import { endLines } from './log-export.ts';
import { leftSecrets, othersClaim, purgeSecrets, removeSecrets, removeUsers } from './secrets-of.ts';

interface Token {
  operation?: string;
  /** Times the deletion was sent. */
  sent: number;
  /** Ours go one by one: how many stood at the last look, and how many looks in a row changed nothing. */
  apart?: { standing: number; stalled: number };
}

/** Deletions sent again when Azure gave up for a passing reason (something still in use), before people are asked. */
const RESENDS = 5;
/** Looks in a row at which nothing went; a machine that failed to start keeps its network interface for three minutes. */
const STALLED = 40;

const MACHINES = 'microsoft.compute/virtualmachines';
/** VMs are deleted by force: nobody waits for Windows to shut down. */
const FORCED = 'Microsoft.Compute/virtualMachines,Microsoft.Compute/virtualMachineScaleSets';

const GONE: RemoveStep = { step: 'gone' };

const groupOf = (azure: AzureClients, input: RemoveStepInput) =>
  orAbsent(azure.resources.resourceGroups.get(input.resourceGroup));

const groupId = (input: RemoveStepInput): string =>
  `/subscriptions/${input.installation.subscriptionId}/resourceGroups/${input.resourceGroup}`;

const leaving = (left: LeftResource[]) => (left.length === 0 ? {} : { left });

const removed = ({ id, type, name, createdAt, state }: Standing, offAt?: string): RemovedResource => ({
  id,
  type,
  name,
  ...(createdAt === undefined ? {} : { createdAt }),
  ...(state ? { state } : {}),
  ...(offAt === undefined ? {} : { offAt }),
});

/** Since when machines are off, of those that nobody knows to be running: ISO 8601 by id. */
async function offSince(azure: AzureClients, input: RemoveStepInput, ours: Standing[]): Promise<Map<string, string>> {
  const asked = ours.filter(
    ({ type, name, state }) =>
      type.toLowerCase() === MACHINES && input.doubted?.includes(name) && state.toLowerCase() !== 'deleting',
  );
  const off = new Map<string, string>();
  await inTurns(asked, async ({ id, name }) => {
    const { offAt } = powerOf(await orAbsent(azure.compute.virtualMachines.instanceView(input.resourceGroup, name)));
    if (offAt !== undefined) off.set(id, new Date(offAt).toISOString());
  });
  return off;
}

async function list(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  if (!(await groupOf(azure, input))) return { step: 'listed', exists: false, resources: [] };
  const { ours, children, strangers } = await holdingsOf(azure, input.resourceGroup, input.deploymentId, false);
  const off = await offSince(azure, input, ours);
  const resources = [...ours, ...children].map((each) => removed(each, off.get(each.id)));
  return { step: 'listed', exists: true, resources, ...leaving(strangers) };
}

const deleting = (token: Token, afterSeconds?: number): Extract<RemoveStep, { step: 'deleting' }> => ({
  step: 'deleting',
  token: JSON.stringify(token),
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
});

const foreign = (input: RemoveStepInput, code: string, message: string, advice: string): RemoveStep => ({
  step: 'failed',
  failure: { class: 'foreign', code, message, resource: groupId(input), advice },
});

/**
 * Sends the deletion, unless the group is gone, going, or not ours. What it holds is looked at right before: a group with
 * something of somebody else's is never deleted.
 */
async function send(azure: AzureClients, input: RemoveStepInput, token: Token): Promise<RemoveStep> {
  const group = await groupOf(azure, input);
  if (!group) return GONE;
  if (!isTaggedOurs(group.tags, input.deploymentId))
    return foreign(
      input,
      'ForeignResourceGroup',
      `Cannot delete ${input.resourceGroup} as its tags name another deployment (${tagOf(group.tags, 'deployment') ?? 'none'})`,
      'restore the tag `deployment`, or remove the group by hand if it is yours',
    );
  if (group.properties?.provisioningState?.toLowerCase() === 'deleting') return deleting({ sent: token.sent });
  const holdings = await holdingsOf(azure, input.resourceGroup, input.deploymentId);
  await inTurns(holdings.ours.filter(isContainers), ({ id }) => endLines(azure, id));
  if (holdings.strangers.length + holdings.tied.length > 0)
    return await apart(azure, input, holdings, token, group.tags ?? {});
  const begun = await beginModular('resources', groupId(input), () =>
    azure.resources.resourceGroups.delete(input.resourceGroup, { forceDeletionTypes: FORCED }),
  );
  if (begun.done) return GONE;
  const sentAt = new Date(ports().now()).toISOString();
  return { ...deleting({ operation: begun.token, sent: token.sent + 1 }, begun.afterSeconds), sentAt };
}

const isContainers = ({ type }: Standing): boolean => type.toLowerCase() === CONTAINERS.toLowerCase();

const nameIn = (id: string): string => id.split('/').at(-1) ?? id;

const wouldTakeAlong = (input: RemoveStepInput, { by, id }: Holdings['tied'][number]): RemoveStep =>
  foreign(
    input,
    'WouldTakeAlong',
    `Cannot delete ${nameIn(by)} as Azure would delete ${id} with it, which is not ours`,
    `detach ${nameIn(id)} from ${nameIn(by)}, or set its delete option to Detach`,
  );

/** The group stays: ours go one after the other, in the order in which Azure lets them go, but for what would take others' along. */
async function apart(
  azure: AzureClients,
  input: RemoveStepInput,
  { ours, strangers, tied }: Holdings,
  token: Token,
  tags: Tags,
): Promise<RemoveStep> {
  const [tie] = tied;
  const free = ours.filter(({ id }) => !tied.some(({ by }) => by.toLowerCase() === id.toLowerCase()));
  if (ours.length === 0) {
    // Nobody, neither our reaper nor another tool, may take the group for one to be cleaned up.
    const marks = removalTags(tags);
    if (Object.keys(marks).length > 0)
      await azure.resources.tagsOperations.updateAtScope(groupId(input), {
        operation: 'Delete',
        properties: { tags: marks },
      });
    return { step: 'gone', ...leaving(strangers) };
  }
  const waits = await removeNext(azure, input.resourceGroup, free);
  const before = token.apart;
  const busy = waits === undefined;
  const stalled = before?.standing === ours.length && !busy ? before.stalled + 1 : 0;
  if (tie && (free.length === 0 || stalled >= STALLED)) return wouldTakeAlong(input, tie);
  if (waits && stalled >= STALLED) {
    const { failure } = waits;
    const held = `${failure.message}; what is not ours may use it: ${leftText(strangers)}`;
    return { step: 'failed', failure: { ...failure, message: held } };
  }
  return deleting({ sent: token.sent, apart: { standing: ours.length, stalled } }, waits?.retryAfterSeconds ?? 10);
}

async function poll(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  const token = JSON.parse(input.token ?? '{"sent":0}') as Token;
  if (token.operation === undefined) return await send(azure, input, token);
  const seen = await pollOperation(azure, token.operation, groupId(input));
  if (seen.state === 'running') return deleting({ ...token, operation: seen.token }, seen.afterSeconds);
  if (seen.state === 'succeeded') return GONE;
  const { failure, retryAfterSeconds } = seen.classified;
  if (seen.state === 'unseen' && retryAfterSeconds !== undefined)
    return { step: 'again', afterSeconds: retryAfterSeconds, failure };
  // The operation ended or its URL is no longer served: the group itself tells.
  if (!(await groupOf(azure, input))) return GONE;
  const passes = retryAfterSeconds !== undefined || failure.class === 'conflict' || seen.state === 'unseen';
  return passes && token.sent < RESENDS
    ? deleting({ sent: token.sent }, retryAfterSeconds ?? 15)
    : { step: 'failed', failure };
}

/** What of the group's is left: itself, where nothing of somebody else's keeps it. */
async function leftInGroup(
  azure: AzureClients,
  input: RemoveStepInput,
): Promise<{ resources: RemovedResource[]; left: LeftResource[] }> {
  if (!(await groupOf(azure, input))) return { resources: [], left: [] };
  const { ours, strangers: left } = await holdingsOf(azure, input.resourceGroup, input.deploymentId, false);
  const itself = { id: groupId(input), type: 'Microsoft.Resources/resourceGroups', name: input.resourceGroup };
  return { resources: [...(left.length === 0 ? [itself] : []), ...ours.map((each) => removed(each))], left };
}

/** Group, tagged resources anywhere in the subscription, and secrets: nothing of ours may be left. */
async function verify(azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> {
  const { resources, left } = await leftInGroup(azure, input);
  // The deployment goes on in another region, with its secrets and soon with resources of the same tag.
  if (!input.secrets || (await othersClaim(azure, input)))
    return resources.length === 0 ? { step: 'gone', ...leaving(left) } : { step: 'remains', resources, secrets: [] };
  const inGroup = `${groupId(input)}/`.toLowerCase();
  // The index of tags lags by minutes; the group itself was listed above.
  for await (const { id = '', type = '', name = '', tags } of azure.resources.resources.list({
    filter: `tagName eq 'deployment' and tagValue eq '${odata(input.deploymentId)}'`,
  })) {
    if (id.toLowerCase().startsWith(inGroup) || !isTaggedOurs(tags, input.deploymentId)) continue;
    if (isNamedOurs({ type, name }, input.event)) resources.push({ id, type, name });
    else left.push({ id, type, name, why: 'it carries a copy of our tag, in another group' });
  }
  const secretsLeft = await leftSecrets(azure, input);
  return resources.length + secretsLeft.length === 0
    ? { step: 'gone', ...leaving(left) }
    : { step: 'remains', resources, secrets: secretsLeft };
}

/** What the removal before this one had seen, which died. */
async function hear(_azure: AzureClients, input: RemoveStepInput, durable: DurableClient): Promise<RemoveStep> {
  const { deploymentId, after } = input;
  if (after === undefined) return { step: 'heard', resources: [] };
  const came = await resultsOf<RemoveStep>(durable, instanceId.remove(deploymentId, after), [ACTIVITY.remove]);
  const seen = seenBy(came.map(({ at, result }) => ({ at: new Date(at).toISOString(), step: result })));
  return { step: 'heard', resources: [...seen.values()] };
}

const steps = {
  hear,
  list,
  delete: (azure: AzureClients, input: RemoveStepInput) => send(azure, input, { sent: 0 }),
  poll,
  secrets: async (azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> => {
    await removeSecrets(azure, input);
    await removeUsers(azure, input);
    return GONE;
  },
  purge: async (azure: AzureClients, input: RemoveStepInput): Promise<RemoveStep> => {
    const pending = await purgeSecrets(azure, input);
    if (pending.length === 0) return GONE;
    const message = `Cannot purge ${pending.length} secrets yet as their deletion is under way`;
    return { step: 'again', afterSeconds: 10, failure: { class: 'conflict', code: 'BeingDeleted', message } };
  },
  verify,
} satisfies Record<
  RemoveStepInput['action'],
  (azure: AzureClients, input: RemoveStepInput, durable: DurableClient) => Promise<RemoveStep>
>;

/** Why nothing may be done at all; asked before anything else. */
async function refusal(input: RemoveStepInput, durable: DurableClient): Promise<Failure | undefined> {
  const problem = inputProblem(removeStepInput, input);
  if (problem !== undefined)
    return { class: 'configuration', code: 'InvalidInput', message: `Cannot remove anything: ${problem}` };
  return foreignInstallation(input.installation) ?? (isLook(input) ? undefined : await livingClaim(input, durable));
}
const isLook = ({ action }: RemoveStepInput): boolean => ['hear', 'list', 'verify'].includes(action);

/** One step of a removal. Never throws for what Azure says, nor for what it is given. */
export async function removeStep(input: RemoveStepInput, durable: DurableClient): Promise<RemoveStep> {
  try {
    const failure = await refusal(input, durable);
    if (failure) return { step: 'failed', failure };
    if (input.action === 'secrets')
      await inTurns(
        [
          presenterEntity(input.deploymentId),
          postedEntity(input.deploymentId),
          ...input.agents.map((component) => agentEntity(input.deploymentId, component)),
        ],
        (entity) => durable.signalEntity(entity, 'forget', input.deploymentId),
      );
    const azure = await clients(input.installation.subscriptionId);
    const { deploymentId, n } = input;
    return await telling({ deploymentId, spanId: removalSpan(deploymentId, n) }, () =>
      steps[input.action](azure, input, durable),
    );
  } catch (error) {
    const { failure, retryAfterSeconds } = classify(error, groupId(input));
    return retryAfterSeconds === undefined
      ? { step: 'failed', failure }
      : { step: 'again', afterSeconds: retryAfterSeconds, failure };
  }
}
