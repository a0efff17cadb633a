import { ports } from '../../ports/index.ts';
import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT } from '../core/errors.ts';
import { Durable } from '../http/durable.ts';
import type { Check } from '../install/checks.ts';
import { examineSubscription, INSTALL_OPTIONS } from '../install/examine.ts';
import { oneLine } from '../output/text.ts';
import { DURABLE_OPTIONS } from './durable-options.ts';

type Look = (context: Context, code: string | undefined) => Promise<Check[]>;

const pass = (name: string, detail: string): Check => ({ name, outcome: 'pass', detail });

const node: Look = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fine = major > 22 || (major === 22 && minor >= 13);
  const check = pass('node', process.versions.node);
  return [
    fine ? check : { ...check, outcome: 'warn', advice: 'serve and demo need 22.13 or later: npm ci brings one' },
  ];
};

/** Settings that `/api/health` tells viewers, as far as they help to find what is wrong. */
const SETTINGS = ['cloud', 'subscriptionId', 'defaultRegion', 'authMode', 'timeScale'];

type Answer = Record<string, unknown> & { status?: string; troubles?: string[]; checks?: Check[] };

/** What the control plane says it cannot do just now. Who is not signed in learns only that there is something. */
const troubled = ({ status, troubles }: Answer): Check[] =>
  status === 'degraded'
    ? (troubles ?? ['it says that it is degraded, and not why']).map((trouble) => ({
        name: 'trouble',
        outcome: 'fail',
        detail: oneLine(trouble),
        advice: troubles ? 'it goes on by itself when that is mended' : 'sign in as viewer to see why',
      }))
    : [];

const health: Look = async ({ client }) => {
  const begun = ports().now();
  const answer = await client.get<Answer>('/api/health', { checks: true });
  const known = SETTINGS.filter((name) => name in answer).map((name) => `${name} ${oneLine(answer[name])}`);
  return [
    pass('control plane', `${client.url} answers in ${Math.round(ports().now() - begun)} ms`),
    known.length > 0
      ? pass('settings', known.join(', '))
      : {
          name: 'settings',
          outcome: 'warn',
          detail: 'not told',
          advice: 'sign in as viewer to see them: --token, or --scope for Entra ID',
        },
    ...troubled(answer),
    ...(answer.checks ?? []),
  ];
};

const signIn: Look = async ({ client }) => {
  await client.get('/api/events');
  return [pass('sign-in', 'may read events')];
};

const templates: Look = async ({ client }) => {
  const { templates: found } = await client.get<{ templates: { name: string }[] }>('/api/templates');
  const names = found.map(({ name }) => name);
  return [
    names.length > 0
      ? pass('templates', names.join(', '))
      : {
          name: 'templates',
          outcome: 'fail',
          detail: 'none',
          advice: 'the app was built without templates/: npm run build',
        },
  ];
};

const durable: Look = async ({ client }, code) => {
  const failed = await new Durable(client, code).list({ status: 'Failed' }, 20);
  return [
    failed.length === 0
      ? pass('orchestrations', 'none failed')
      : {
          name: 'orchestrations',
          outcome: 'warn',
          detail: `failed: ${failed.map(({ instanceId }) => instanceId).join(', ')}`,
          advice: "'stream-control instances ID --history' shows why; 'stream-control instances rewind ID' tries again",
        },
  ];
};

const LOOKS: [string, Look][] = [
  ['node', node],
  ['control plane', health],
  ['sign-in', signIn],
  ['templates', templates],
  ['orchestrations', durable],
];

/** Runs all looks; one that throws is a failed check, and without a control plane the rest is skipped. */
async function examine(context: Context, code: string | undefined): Promise<Check[]> {
  const found: Check[] = [];
  let alive = true;
  for (const [name, look] of LOOKS) {
    if (!alive) {
      found.push({ name, outcome: 'skipped', detail: 'needs the control plane' });
      continue;
    }
    try {
      found.push(...(await look(context, code)));
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode === EXIT.interrupted) throw error;
      found.push({ name, outcome: 'fail', detail: error.message, advice: error.hint });
      alive = name !== 'control plane';
    }
  }
  return found;
}

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'check what is configured, reachable and permitted, and say what to do',
  positionals: [],
  options: { ...DURABLE_OPTIONS, ...INSTALL_OPTIONS },
  examples: [
    'stream-control doctor',
    'stream-control doctor --url https://control.example.org',
    'stream-control doctor --install --subscription 00000000-0000-0000-0000-000000000001 --location westeurope',
  ],
  async run(context, { options }) {
    const checks = options.install ? await examineSubscription(context, options) : await examine(context, options.code);
    context.output.result(checks, () => {
      const width = Math.max(...checks.map(({ name }) => name.length));
      return checks
        .flatMap(({ name, outcome, detail, advice }) => [
          `${outcome.padEnd(7)}  ${name.padEnd(width)}  ${detail}\n`,
          ...(advice ? [`${' '.repeat(9)}${' '.repeat(width)}  what to do: ${advice}\n`] : []),
        ])
        .join('');
    });
    return checks.some(({ outcome }) => outcome === 'fail') ? EXIT.failed : EXIT.done;
  },
});
