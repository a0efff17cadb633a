/** Carries out the lifecycle's effects through the durable client. Each is idempotent and none fails the others. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { instanceId } from '../domain/names.ts';
import {
  type Effect,
  type EffectOutcome,
  type EndedInstance,
  type OperationRecord,
  ORCHESTRATION,
} from '../domain/workflow.ts';
import { eventIndex } from './event-index.ts';
import { inTurns } from './in-turns.ts';
import { learnedEntity } from './learned-entity.ts';
import { deleteSecret } from './secrets-of.ts';

type Status = Awaited<ReturnType<DurableClient['getStatus']>>;

/** The status of an instance, undefined when there is no such instance. The client has no typed way to say so. */
export async function instanceStatus(durable: DurableClient, instanceId: string): Promise<Status | undefined> {
  try {
    return await durable.getStatus(instanceId);
  } catch (error) {
    if (/HTTP 404|could not find any data/i.test(String((error as Error)?.message))) return undefined;
    throw error;
  }
}

/** How doors name people who write in Teams. */
export const TEAMS = 'teams:';

const ENDED = ['Completed', 'Failed', 'Terminated', 'Canceled'] as const;

/** Whether an instance has come to an end of any kind. */
export const isEnded = ({ runtimeStatus }: Pick<Status, 'runtimeStatus'>): boolean =>
  (ENDED as readonly string[]).includes(String(runtimeStatus));

/** What an instance came to; undefined while it runs. */
export async function endedInstance(durable: DurableClient, instanceId: string): Promise<EndedInstance | undefined> {
  const status = await instanceStatus(durable, instanceId);
  if (!status) return { instanceId, runtimeStatus: 'absent' };
  const runtimeStatus = ENDED.find((name) => name === String(status.runtimeStatus));
  if (!runtimeStatus) return undefined;
  return runtimeStatus === 'Completed'
    ? { instanceId, runtimeStatus, output: status.output }
    : { instanceId, runtimeStatus };
}

/** A result that failed was none: what was put under its id before must not keep it from being written. */
const isNone = (effect: Extract<Effect, { effect: 'start' }>, standing: Status): boolean =>
  (effect.orchestration === 'operation' || effect.orchestration === 'record') &&
  isEnded(standing) &&
  String(standing.runtimeStatus) !== 'Completed';

/** Any state counts as started: starting a finished id would run it again. */
async function start(effect: Extract<Effect, { effect: 'start' }>, durable: DurableClient): Promise<void> {
  const standing = await instanceStatus(durable, effect.instanceId);
  if (standing && !isNone(effect, standing)) return;
  try {
    await durable.startNew(ORCHESTRATION[effect.orchestration], { instanceId: effect.instanceId, input: effect.input });
  } catch (error) {
    if (/already exists|AlreadyExists|status code: 409/i.test(String((error as Error)?.message))) return;
    // Extension 3.0.0 answers 500 to whoever was slower: what is there counts.
    if (!(await instanceStatus(durable, effect.instanceId))) throw error;
  }
}

/** What was asked for in Teams is answered there, by an instance of its own: started once, tried until the workflow takes it. */
async function answer(record: OperationRecord, durable: DurableClient): Promise<void> {
  const { operationId, deploymentId, event, command, outcome, reason, by, at } = record;
  if (!by.startsWith(TEAMS)) return;
  const text = `asked for by ${by.slice(TEAMS.length)}${reason === undefined ? '' : `: ${reason}`}`;
  const title = `${command} ${event}: ${outcome}`;
  await start(
    {
      effect: 'start',
      orchestration: 'notify',
      instanceId: instanceId.answer(operationId),
      input: { deploymentId, event, title, kind: 'operation', text, at },
    },
    durable,
  );
}

async function drop(id: string, durable: DurableClient): Promise<void> {
  try {
    await durable.terminate(id, 'no longer needed');
  } catch (error) {
    if (!/No instance with ID/i.test(String((error as Error)?.message))) throw error;
  }
}

async function unstage({ deploymentId, secrets, installation }: Extract<Effect, { effect: 'unstage' }>): Promise<void> {
  const vault = new Vault((await clients(installation.subscriptionId)).secrets(installation.mixerVaultUrl));
  await inTurns(secrets, (name) => deleteSecret(vault, name, deploymentId));
}

async function carryOut(effect: Effect, durable: DurableClient): Promise<EffectOutcome> {
  switch (effect.effect) {
    case 'start':
      await start(effect, durable);
      if (effect.orchestration === 'operation') await answer(effect.input, durable);
      return { ok: true };
    case 'drop':
      await drop(effect.instanceId, durable);
      return { ok: true };
    case 'probe': {
      const found = await Promise.all(effect.instanceIds.map((instanceId) => endedInstance(durable, instanceId)));
      return { ok: true, ended: found.filter((instance) => instance !== undefined) };
    }
    case 'learn':
      await durable.signalEntity(learnedEntity(effect.request), 'learn', effect.run);
      return { ok: true };
    case 'unstage':
      await unstage(effect);
      return { ok: true };
    case 'index':
      await durable.signalEntity(eventIndex, 'put', effect.entry);
      return { ok: true };
  }
}

/** All effects, a few at a time; outcomes in the order of the effects. */
export async function perform(effects: Effect[], durable: DurableClient): Promise<EffectOutcome[]> {
  const outcomes: EffectOutcome[] = [];
  await inTurns([...effects.entries()], async ([index, effect]) => {
    outcomes[index] = await carryOut(effect, durable).catch((error: unknown) => ({
      ok: false as const,
      error: error instanceof Error ? error.message : String(error),
    }));
  });
  return outcomes;
}
