/**
 * Recorded lives of events, one file per story and reducer version in test/fixtures/lifecycle. `node
 * test/orchestrations/recorded.ts` records those of the current version anew; once a version has been released its files are
 * never recorded again: live events replay exactly such histories.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { contentHash } from '../../domain/hash.ts';
import { REDUCER_VERSION } from '../../domain/lifecycle/version.ts';
import { FROZEN } from '../../domain/lifecycle/versions/index.ts';
import type { DeploymentRecord } from '../../domain/seam/records.ts';
import { inputOf } from '../domain/fixtures.ts';
import { Stage } from './stage.ts';
import { STORIES, type Story } from './stories.ts';

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

/** Tells a story to its end. @throws Error when it went another way than its journal should say */
export async function told(name: string, story: Story): Promise<Recording> {
  const stage = await Stage.open(story.options);
  const input = inputOf({ languages: ['en', 'fr'], ...story.request });
  await stage.deploy(input);
  await stage.until('live', 'failed');
  await story.tell?.(stage, input);
  if (stage.harness.store.instance(`event-${input.event}`)?.status === 'Running')
    await stage.command(input, 'teardown', { command: 'teardown' });
  await stage.untilEnded();
  if (!stage.latest) throw new Error('nothing ran');
  const { journal } = (await stage.output(`record-${input.deploymentId}`)) as DeploymentRecord;
  const lines = journal.map(({ code, text }) => `${code}: ${text}`);
  let from = 0;
  for (const expected of story.journal) {
    const at = lines.findIndex((line, index) => index >= from && expected.test(line));
    if (at < 0) throw new Error(`Cannot record ${name} as ${expected} is not in its journal:\n${lines.join('\n')}`);
    from = at + 1;
  }
  await stage.close();
  return { trigger: JSON.parse(stage.latest.trigger), ...digest(stage.latest.state) };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  if (FROZEN[REDUCER_VERSION])
    throw new Error(`Cannot record reducer ${REDUCER_VERSION} anew as it is released: raise REDUCER_VERSION`);
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, story] of Object.entries(STORIES))
    writeFileSync(`${FOLDER}v${REDUCER_VERSION}-${name}.json`, `${JSON.stringify(await told(name, story))}\n`);
}
