/**
 * Faults planted into a copy of the built tree, each a kind that users once met: chaos is worth what it finds. The numbers are those
 * of the list of faults (issue 12).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_DIR } from '../system/world.ts';
import { type ChaosPlan, chaosPlan, type Step } from './plan.ts';

type Edit = [file: string, find: string, replace: string];

export interface Planted {
  number: number;
  name: string;
  /** In the tree: what is replaced, and by what. */
  edits: readonly Edit[];
  /** Seeds whose plan has what the fault needs to show: the others need not be lived. */
  when: (plan: ChaosPlan) => boolean;
  /** A seed that found it. */
  seed?: number;
}

const does = (plan: ChaosPlan, act: Step['act'], form: (form: number) => boolean = () => true): boolean =>
  plan.steps.some((step) => step.act === act && form(step.form ?? 0));
const calls = (plan: ChaosPlan, path: RegExp): boolean => plan.steps.some((step) => path.test(step.path ?? ''));
/** Events begin that nothing is wrong with. */
const calm = ({ mood }: ChaosPlan): boolean => mood === 'calm';

/** Seconds after which an event is live, and those for which each lives at least. */
const [LIVE, LIVES] = [330, 1200 - 180];

/** An alert that fires now, with what Azure says of it, while its event is live and for long enough after. */
const firesWhileLive = ({ steps }: ChaosPlan): boolean => {
  let at = 0;
  return steps.some(({ after, act, form = 0 }) => {
    at += after;
    return act === 'alert' && at > LIVE && at < LIVES && form % 3 !== 2 && (form >> 3) % 3 === 0 && (form >> 5) % 5 < 2;
  });
};

/** The host is killed while its disk is full, and after it was asked for something. */
function losesWhatWasPromised({ steps }: ChaosPlan): boolean {
  const full = steps.findIndex(({ act }) => act === 'full');
  if (full < 0) return false;
  let left = steps[full]?.seconds ?? 0;
  const during = steps.slice(full + 1).filter(({ after }) => {
    left -= after;
    return left > 0;
  });
  const asked = during.findIndex(({ act }) => act === 'call');
  return asked >= 0 && during.slice(asked).some(({ act }) => act === 'kill' || act === 'away');
}

export const PLANTED: readonly Planted[] = [
  {
    number: 1,
    name: 'what deletes takes any input, and no deployment is every deployment',
    edits: [
      ['dist/domain/seam/input.js', 'if (!error)\n        return undefined;', 'return undefined;'],
      ['dist/domain/ownership.js', "typeof deploymentId === 'string' &&", ''],
      ['dist/domain/ownership.js', 'eventOfDeployment(deploymentId) !== undefined &&\n    tagOf', 'tagOf'],
    ],
    when: (plan) => does(plan, 'order', (form) => (form >> 2) % 5 === 0 && form % 3 !== 2),
    seed: 3,
  },
  {
    number: 2,
    name: 'a stranger in the group goes with it',
    edits: [
      [
        'dist/domain/ownership.js',
        'if (ids.has(lower(one.id)))\n            continue;',
        'children.push(one); continue;',
      ],
    ],
    when: (plan) => plan.mood !== 'wild' && does(plan, 'stranger'),
    seed: 7,
  },
  {
    number: 3,
    name: 'only hold=true holds',
    edits: [['dist/domain/ownership.js', '!NO_HOLD.has(value.trim().toLowerCase())', "value === 'true'"]],
    when: (plan) => does(plan, 'forgery', (form) => form >= 500 && form % 10 === 6),
    seed: 28,
  },
  {
    number: 3,
    name: 'the reaper takes a group of any name',
    // The input of a removal is judged as well.
    edits: [
      ['dist/domain/ownership.js', 'parseGroupName(group.name)?.event !== event', 'false'],
      ['dist/domain/seam/fields.js', 'parseGroupName(name) !== undefined', 'true'],
      ['dist/domain/seam/fields.js', 'parseGroupName(resourceGroup)?.event !== name', 'false'],
    ],
    when: (plan) => does(plan, 'forgery', (form) => form >= 500 && form % 10 < 2),
    seed: 5,
  },
  {
    number: 3,
    name: 'the reaper takes a group of any purpose',
    edits: [['dist/functions/watch/reap-rules.js', "read('purpose') !== 'streaming-event'", 'false']],
    when: (plan) => does(plan, 'forgery', (form) => form >= 500 && form % 10 === 7),
    seed: 159,
  },
  {
    number: 4,
    name: 'a machine is ours by its name',
    edits: [['dist/domain/ownership.js', '!isNested(one) && isTaggedOurs(one.tags, deploymentId)', '!isNested(one)']],
    when: (plan) => does(plan, 'retag'),
    seed: 15,
  },
  {
    number: 4,
    name: 'tag names are compared with case',
    edits: [['dist/domain/ownership.js', 'key.toLowerCase() === name.toLowerCase()', 'key === name']],
    when: (plan) => plan.mood !== 'wild' && does(plan, 'recase'),
    seed: 1,
  },
  {
    number: 5,
    name: 'what broke may be deployed over',
    edits: [
      ['dist/functions/deploy.js', 'if (isBroken(earlier))', 'if (isBroken(earlier)) return undefined; if (false)'],
    ],
    when: (plan) => does(plan, 'terminate', (form) => form % 4 === 0) && calls(plan, /deploy/),
    seed: 177,
  },
  {
    number: 13,
    name: 'every alert counts, whatever it says and however well the component is',
    edits: [
      [
        'dist/domain/lifecycle/alerts.js',
        'const veto = fired ? vetoOf(turn, message, time) : undefined;',
        'const veto = undefined;',
      ],
      ['dist/functions/alert-meaning.js', "now === 'available' ||", ''],
      ['dist/functions/alert-meaning.js', "now !== 'unavailable'", 'false'],
      ['dist/functions/alert-meaning.js', "plain(properties?.cause) === 'userinitiated'", 'false'],
      // The sweep would say what is so.
      ['dist/functions/watch/sweep.js', 'verdict.healthy === !status.sick.includes(component)', 'verdict.healthy'],
    ],
    // Of an event whose mixers say nothing odd: what they said next would heal it.
    when: (plan) => calm(plan) && !plan.odd && firesWhileLive(plan),
    seed: 362,
  },
  {
    number: 14,
    name: 'a heartbeat that looks odd is refused',
    edits: [
      ['dist/functions/heartbeat.js', 'speakerSchema.safeParse(call.body)', 'heartbeatSchema.safeParse(call.body)'],
    ],
    when: (plan) => calm(plan) && plan.odd,
    seed: 12,
  },
  {
    number: 19,
    name: 'a removed language costs for ever',
    edits: [['dist/domain/lifecycle/billing.js', 'gone(', '((entry) => entry)(']],
    when: ({ mood, steps }) => mood !== 'wild' && !steps.some(({ act }) => act === 'jump'),
    seed: 1,
  },
  {
    number: 19,
    name: 'what broke has cost nothing',
    edits: [
      ['dist/durable/lifecycles.js', "runtime === 'Terminated' &&", 'false &&'],
      ['dist/domain/lifecycle/takeover.js', 'restoreLedger(turn, status);', ''],
    ],
    when: (plan) => does(plan, 'terminate', (form) => form % 4 === 0) && !does(plan, 'jump') && !does(plan, 'retag'),
    seed: 162,
  },
  {
    number: 24,
    name: 'a write that failed counts as written',
    edits: [
      [
        'local/durable/store/sqlite.ts',
        'this.#failed ??= new NotWritten(error instanceof Error ? error.message : String(error), { cause: error });\n      throw this.#failed;',
        'return this.#written(layer);',
      ],
    ],
    when: losesWhatWasPromised,
    seed: 74,
  },
  {
    number: 28,
    name: 'an outage of ours counts against the work',
    edits: [
      [
        'dist/orchestrations/patience.js',
        'Math.min(now - this.#askedAt, this.#waitMs + SLACK_MS)',
        'now - this.#askedAt',
      ],
    ],
    when: (plan) =>
      calm(plan) && plan.steps.slice(0, 2).some(({ act, seconds = 0 }) => act === 'away' && seconds > 1000),
    seed: 808,
  },
  {
    number: 30,
    name: 'nobody looks after what broke',
    edits: [['dist/functions/watch/sweep.js', 'await lookAfterBroken(entry, lifecycle, durable);', '']],
    when: (plan) => does(plan, 'terminate', (form) => form % 4 === 0) && !calls(plan, /teardown/),
    seed: 162,
  },
  {
    number: 35,
    name: 'a mixer is helped for what its relay lacks',
    edits: [['dist/domain/lifecycle/causes.js', 'filter((each) => !isForPeople(each))', 'filter(() => false)']],
    when: ({ mood }) => mood === 'senders',
    seed: 7,
  },
];

/** Top folders that neither the app nor the run needs. */
const LEFT_OUT = ['node_modules', '.git', 'relay', 'mixer', 'bench', 'docs', 'bicep'];

/** A copy of the tree with the fault in it. @throws when there is nothing to change */
export function plant({ name, edits }: Pick<Planted, 'name' | 'edits'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const part of readdirSync(APP_DIR))
    if (!LEFT_OUT.includes(part)) cpSync(join(APP_DIR, part), join(folder, part), { recursive: true });
  symlinkSync(join(APP_DIR, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, find, replace] of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(find)) {
      rmSync(folder, { recursive: true });
      throw new Error(`Cannot plant '${name}' as ${file} does not contain: ${find}`);
    }
    writeFileSync(path, text.replaceAll(find, replace));
  }
  return folder;
}

/** Minutes that a seed may take, of the machine's time: a planted fault may let it run for ever. */
const PATIENCE_MINUTES = 10;
/** Node's exit code where an await is left that nothing will settle. */
const UNSETTLED = 13;

/**
 * Lives seeds that could find it until one breaks a promise, in the planted tree's own process.
 * @returns the seed and what it printed of the first promise, or undefined when none broke
 */
export function hunt(planted: Planted, seeds: readonly number[]): { seed: number; said: string } | undefined {
  const folder = plant(planted);
  try {
    for (const seed of seeds) {
      const args = [join(folder, 'test/chaos/main.ts'), '--seeds', '1', '--from', `${seed}`];
      const options = { encoding: 'utf8', cwd: folder, timeout: PATIENCE_MINUTES * 60_000 } as const;
      const { status, stdout } = spawnSync(process.execPath, args, options);
      if (status === 1) return { seed, said: stdout.split('\n')[1]?.trim() ?? '' };
      if (status === null || status === UNSETTLED) return { seed, said: 'it never came to an end' };
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first so many seeds from `from` whose plan could find it. */
export function likely({ when }: Planted, from: number, count: number): number[] {
  const found: number[] = [];
  for (let seed = from; found.length < count && seed < from + 2000; seed++) if (when(chaosPlan(seed))) found.push(seed);
  return found;
}
