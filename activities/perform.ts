/** Carries out the lifecycle's effects through the durable client. Each is idempotent and none fails the others. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { instanceId } from '../domain/names.ts';
import { TEAMS } from '../domain/seam/command.ts';
import type { Effect } from '../domain/seam/effect.ts';
import type { EffectOutcome } from '../domain/seam/outcome.ts';
import type { OperationRecord } from '../domain/seam/records.ts';
import { inTurns } from '../durable/in-turns.ts';
import { endedInstance, type Instance, isEnded } from '../durable/instances.ts';
import { startOnce } from '../durable/start.ts';
import { eventIndex } from '../entities/event-index.ts';
import { learnedEntity } from '../entities/learned.ts';
import { performed } from '../telemetry/course.ts';

/** A result that failed was none: what was put under its id before must not keep it from being written. */
const isNone =
  ({ orchestration }: Extract<Effect, { effect: 'start' }>) =>
  (standing: Instance): boolean =>
    (orchestration === 'operation' || orchestration === 'record') &&
    isEnded(standing) &&
    String(standing.runtimeStatus) !== 'Completed';

const start = (effect: Extract<Effect, { effect: 'start' }>, durable: DurableClient): Promise<void> =>
  startOnce(durable, effect.orchestration, effect.instanceId, effect.input, isNone(effect));

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
  await inTurns(secrets, (name) => vault.deleteOurs(name, deploymentId));
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
  await performed(effects, durable);
  return outcomes;
}
