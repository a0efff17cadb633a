/** The one way to tell mixers something: whatever is told is in the event's journal first. */

import type { Desired } from '../contract/heartbeat.ts';
import type { Part } from '../domain/kinds/kind.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { inTurns } from '../durable/in-turns.ts';
import { type AgentState, agentEntity } from '../entities/agent.ts';
import type { Call } from './door.ts';
import { writeDown } from './note.ts';
import { languageOf } from './parts.ts';
import { write } from './written.ts';

/** What is wanted of what speaks for some languages. */
export interface Wish {
  mixers: readonly Part[];
  desired: Partial<Desired>;
  /** In the words of the command line: `streaming on`. Never holds a secret. */
  text: string;
  /** What must be in place before the mixers hear of it, and is changed with it (stream keys). */
  prepare?: () => Promise<void>;
}

export async function want(call: Call, lifecycle: Lifecycle, { mixers, desired, text, prepare }: Wish): Promise<void> {
  await writeDown(call, lifecycle, 'command', `${text} ${mixers.map(languageOf).join(', ')} by ${call.who.name}`);
  await prepare?.();
  const { deploymentId } = lifecycle.input;
  await inTurns(mixers, ({ id }) =>
    write<AgentState>(call.durable, agentEntity(deploymentId, id), 'want', desired, (state) =>
      (Object.keys(desired) as (keyof Desired)[]).every((name) => state?.desired[name] === desired[name]),
    ),
  );
}
