/**
 * Faults planted into a copy of the project, each of which the suite must catch: `node test/conformance/extension/planted.ts`
 * (after `npm run build`). Says which tests failed, and ends with 1 when a fault got through or something else broke.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

interface Planted {
  name: string;
  file: string;
  find: string;
  replace: string;
  /** Which part of the suite is run, and which of its stories. */
  suite: string;
  stories: string[];
  /** Beginnings of the titles of tests that must fail. */
  caught: string[];
  /** And of tests that must not. */
  spared?: string[];
}

const PLANTED: readonly Planted[] = [
  {
    name: 'engine: an event is answered 202 and dropped',
    file: 'local/durable/manage/messages.ts',
    find: '  const fields = { Name: name, Input: body.text, ParentTraceContext: null };\n',
    replace:
      "  if (name === 'right') return empty(202);\n  const fields = { Name: name, Input: body.text, ParentTraceContext: null };\n",
    suite: 'scenarios',
    stories: ['event-two-names', 'event-any', 'event-unknown-first'],
    caught: ['event-two-names', 'event-any'],
    spared: ['event-unknown-first'],
  },
  {
    name: 'app: a task is waited for twice',
    file: 'dist/orchestrations/lifecycle.js',
    find: 'return yield context.df.waitForExternalEvent(INBOX);',
    replace: `{
        const inbox = context.df.waitForExternalEvent(INBOX);
        const patience = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
        if ((yield context.df.Task.any([inbox, patience])) === inbox) patience.cancel();
        else yield context.df.Task.any([inbox]);
        return inbox.result;
    }`,
    suite: 'app/stories',
    stories: ['fault'],
    // Whether a message is swallowed, and its event comes to no end, is a matter of milliseconds; that it could be is said at once.
    caught: ['nothing is left'],
  },
];

/** Seconds after which a story that waits for what never comes is given up. */
const PATIENCE = 120;

function plant({ name, file, find, replace }: Planted): string {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'));
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const one of [...new Set(files.map((path) => path.split('/')[0] ?? '')), 'dist'])
    cpSync(join(ROOT, one), join(copy, one), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`Cannot plant '${name}' as ${file} does not hold once: ${find}`);
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  return copy;
}

interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

/** Titles of the tests that failed, with the beginning of what they said. */
function run(copy: string, { suite, stories, caught }: Planted): Map<string, string> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const report = join(copy, 'report.json');
  const config = ['--config', 'test/conformance/extension/vitest.config.ts', '--root', copy];
  const flags = [
    'run',
    ...config,
    '--reporter',
    'json',
    '--outputFile',
    report,
    suite,
    '-t',
    [...stories, ...caught].join('|'),
  ];
  const env = { ...process.env, STORY: `^(${stories.join('|')})$`, STORY_PATIENCE: String(PATIENCE) };
  const { stdout, stderr } = spawnSync(process.execPath, [vitest, ...flags], { cwd: copy, encoding: 'utf8', env });
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const failed = testResults.flatMap((file) => file.assertionResults.filter(({ status }) => status === 'failed'));
    return new Map(failed.map(({ title, failureMessages }) => [title, failureMessages[0]?.slice(0, 300) ?? '']));
  } catch {
    throw new Error(`The suite did not run: ${stdout.slice(-2000)}${stderr.slice(-2000)}`);
  }
}

let through = 0;
for (const planted of PLANTED) {
  const copy = plant(planted);
  try {
    const failed = run(copy, planted);
    const fails = (title: string) => [...failed.keys()].some((each) => each.startsWith(title));
    const right = planted.caught.every(fails) && !planted.spared?.some(fails);
    if (!right) through++;
    console.log(`${right ? 'caught' : 'NOT AS EXPECTED'}: ${planted.name}`);
    for (const [title, words] of failed) console.log(`  ${title}: ${words.split('\n').slice(0, 2).join(' ')}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
process.exitCode = through > 0 ? 1 : 0;
