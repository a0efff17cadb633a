/**
 * Recorded lives of events, one file per scenario and reducer version in test/fixtures/lifecycle. `node
 * test/orchestrations/recorded.ts` records those of the current version anew; once a version has been released its files are
 * never recorded again: live events replay exactly such histories.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { contentHash } from '../../domain/hash.ts';
import { REDUCER_VERSION } from '../../domain/lifecycle/version.ts';
import { FROZEN } from '../../domain/lifecycle/versions/index.ts';
import type { Command } from '../../domain/seam/command.ts';
import { inputOf } from '../domain/fixtures.ts';
import { broken } from '../domain/world.ts';
import { Stage, type StageOptions } from './stage.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/lifecycle/', import.meta.url));

export interface Recording {
  /** Trigger payload of the last turn: the whole history. */
  trigger: unknown;
  /** Actions the orchestrator asked for, in order: name, and hash of what went with it. */
  actions: { name: string; hash: string }[];
  statusHash: string;
}

interface State {
  actions: {
    functionName?: string;
    externalEventName?: string;
    actionType: number;
    input?: unknown;
    fireAt?: string;
  }[][];
  customStatus?: unknown;
}

/** What a turn's result comes to, short enough to keep. */
export function digest(result: unknown): Pick<Recording, 'actions' | 'statusHash'> {
  const state = JSON.parse(JSON.stringify(result)) as State;
  return {
    actions: state.actions.flat().map(({ functionName, externalEventName, actionType, input, fireAt }) => ({
      name: functionName ?? externalEventName ?? String(actionType),
      hash: contentHash([input, fireAt]).slice(0, 16),
    })),
    statusHash: contentHash(state.customStatus),
  };
}

export const recordings = (): { name: string; recording: Recording }[] =>
  readdirSync(FOLDER).map((name) => ({
    name,
    recording: JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as Recording,
  }));

const SCENARIOS: Record<string, { options?: StageOptions; commands?: Command[] }> = {
  life: { commands: [{ command: 'extend', ttlSeconds: 90_000 }, { command: 'pause' }, { command: 'resume' }] },
  languages: { commands: [{ command: 'languages', add: ['de'], remove: ['fr'], keysGiven: false }] },
  rollback: {
    options: { poll: (node) => (node.node === 'check-mixer-fr' ? { step: 'failed', failure: broken } : undefined) },
  },
};

async function record(name: string): Promise<void> {
  const { options = {}, commands = [] } = SCENARIOS[name] ?? {};
  const stage = await Stage.open(options);
  const input = inputOf({ languages: ['en', 'fr'] });
  await stage.deploy(input);
  await stage.until('live', 'failed');
  for (const [index, command] of commands.entries()) {
    const id = await stage.command(input, `${index}`.repeat(16), command);
    await stage.untilEnded(`op-${id}`);
  }
  await stage.command(input, 'teardown', { command: 'teardown' });
  await stage.untilEnded();
  if (!stage.latest) throw new Error('nothing ran');
  const recording: Recording = { trigger: JSON.parse(stage.latest.trigger), ...digest(stage.latest.state) };
  writeFileSync(`${FOLDER}v${REDUCER_VERSION}-${name}.json`, `${JSON.stringify(recording)}\n`);
  await stage.close();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  if (FROZEN[REDUCER_VERSION])
    throw new Error(`Cannot record reducer ${REDUCER_VERSION} anew as it is released: raise REDUCER_VERSION`);
  mkdirSync(FOLDER, { recursive: true });
  for (const name of Object.keys(SCENARIOS)) await record(name);
}
