/** What can happen to an event: one story for each way through the reducer, told on the stage. */
import { other } from '../../contract/problems.ts';
import type { Command } from '../../domain/seam/command.ts';
import type { Failure } from '../../domain/seam/failure.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import { broken, capacity } from '../domain/world.ts';
import type { Stage, StageOptions } from './stage.ts';

export interface Story {
  options?: StageOptions;
  /** Of the deploy request, besides event and languages. */
  request?: Record<string, unknown>;
  /** What happens between LIVE (or the failure) and the teardown. */
  tell?: (stage: Stage, input: LifecycleInput) => Promise<void>;
  /** What the journal has at the end, in this order, each as `code: text`. */
  journal: readonly RegExp[];
}

const DAY = 86_400;
const TWO_REGIONS = { regions: ['westeurope', 'northeurope'] };
const unwell: Failure = { class: 'unhealthy', code: 'Unhealthy', message: 'it does not answer' };

/** A node fails when it is looked at. */
const failing = (which: (node: NodeInput) => boolean, failure: Failure): StageOptions => ({
  poll: (node) => (which(node) ? { step: 'failed', failure } : undefined),
});

/** A command, and what became of it. */
async function done(
  stage: Stage,
  input: LifecycleInput,
  command: Command,
  outcome: 'done' | 'failed' = 'done',
  digit = '1',
): Promise<void> {
  const id = await stage.command(input, digit.repeat(16), command);
  await stage.untilEnded(`op-${id}`);
  const record = (await stage.output(`op-${id}`)) as { outcome?: string; reason?: string } | undefined;
  if (record?.outcome !== outcome)
    throw new Error(`Cannot tell the story as ${command.command} was ${record?.outcome}: ${record?.reason}`);
}

const says = (stage: Stage, input: LifecycleInput, component: string, healthy: boolean): Promise<void> =>
  stage.say(input, {
    type: 'health',
    component,
    healthy,
    problems: healthy ? [] : [other('nobody answers')],
    at: new Date(stage.clock.now()).toISOString(),
  });

const taking = (kind: string, seconds: number): StageOptions => ({
  seconds: ({ spec, expectedSeconds }) => (spec.kind === kind ? seconds : expectedSeconds),
});

/** Two minutes before the event's time ends; when that is. */
async function nearlyOver(stage: Stage, input: LifecycleInput): Promise<number> {
  const expires = Date.parse(input.acceptedAt) + DAY * 1000;
  await stage.run((expires - stage.clock.now()) / 1000 - 120);
  return expires;
}

export const STORIES: Readonly<Record<string, Story>> = {
  life: {
    async tell(stage, input) {
      await done(stage, input, { command: 'extend', ttlSeconds: 90_000 }, 'done', '0');
      await done(stage, input, { command: 'pause' });
      await done(stage, input, { command: 'resume' }, 'done', '2');
    },
    journal: [/state: live/, /extended: /, /state: paused/, /state: live/, /state: gone/],
  },
  languages: {
    tell: (stage, input) => done(stage, input, { command: 'languages', add: ['de'], remove: ['fr'], keysGiven: false }),
    journal: [/state: changing: adding de, removing fr/, /state: live: the change is done/, /state: gone/],
  },
  rollback: {
    options: failing(({ node }) => node === 'check-mixer-fr', broken),
    journal: [/node-failed: check-mixer-fr/, /state: rolling-back/, /state: failed/],
  },
  'region-move': {
    request: TWO_REGIONS,
    options: failing(({ node, region }) => node === 'mixer-fr' && region === 'westeurope', capacity),
    journal: [
      /next-region: .*northeurope/,
      /removed: /,
      /state: provisioning: .*northeurope/,
      /state: live/,
      /state: gone/,
    ],
  },
  'languages-fail': {
    options: failing(({ node }) => node === 'mixer-de', broken),
    tell: (stage, input) =>
      done(stage, input, { command: 'languages', add: ['de'], remove: ['fr'], keysGiven: false }, 'failed'),
    journal: [/state: changing/, /change-failed: /, /state: live: the change was taken back/, /state: gone/],
  },
  'pause-fail': {
    options: failing(
      ({ spec }) => spec.kind === 'power' && spec.action === 'stop' && spec.component === 'slides',
      broken,
    ),
    tell: (stage, input) => done(stage, input, { command: 'pause' }, 'failed'),
    journal: [
      /state: changing: pausing/,
      /change-failed: /,
      /state: live: pause failed and was taken back/,
      /state: gone/,
    ],
  },
  replacement: {
    options: failing(({ node, attempt }) => node === 'check-slides' && attempt === 3, unwell),
    async tell(stage, input) {
      await done(stage, input, { command: 'replace', component: 'slides', image: 'registry.example/slides:2' });
      const third = { command: 'replace', component: 'slides', image: 'registry.example/slides:3' } as const;
      await done(stage, input, third, 'failed', '2');
    },
    journal: [
      /state: live: the change is done/,
      /change-failed: /,
      /state: live: the change was taken back/,
      /state: gone/,
    ],
  },
  ladder: {
    // Restart and redeploy do not help.
    options: failing(({ node, attempt }) => node === 'check-mixer-fr' && (attempt === 2 || attempt === 3), unwell),
    async tell(stage, input) {
      await says(stage, input, 'mixer-fr', false);
      await stage.until('remediating');
      await stage.until('live');
    },
    journal: [
      /unhealthy: mixer-fr/,
      /remedy: .*restart/,
      /remedy: .*redeploy/,
      /remedy: .*recreate/,
      /state: live/,
      /state: gone/,
    ],
  },
  relocation: {
    request: TWO_REGIONS,
    async tell(stage, input) {
      await says(stage, input, 'relay', false);
      await stage.until('degraded');
      await done(stage, input, { command: 'relocate' });
      await stage.run(3600);
    },
    journal: [/state: degraded/, /next-region: leaving/, /state: live/, /removed: /, /state: gone/],
  },
  // Its time ends while the tag is being patched.
  'extension-race': {
    options: taking('expires-tag', 200),
    async tell(stage, input) {
      const expires = await nearlyOver(stage, input);
      await done(stage, input, { command: 'extend', ttlSeconds: 2 * DAY });
      if (stage.clock.now() < expires) throw new Error('Cannot tell of a race as the extension came in time');
    },
    journal: [/expiring: /, /command: extend/, /extended: /, /state: tearing-down: asked by/, /state: gone/],
  },
  // The same, and it cannot be patched: the time is up.
  'extension-too-late': {
    options: taking('expires-tag', 900),
    async tell(stage, input) {
      await nearlyOver(stage, input);
      await done(stage, input, { command: 'extend', ttlSeconds: 2 * DAY }, 'failed');
      await stage.untilEnded();
    },
    journal: [/operation-failed: extend/, /state: tearing-down: the time to live ended/, /state: gone/],
  },
};
