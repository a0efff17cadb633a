import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ports, sleep } from '../../ports/index.ts';
import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT, Interrupted, usageError } from '../core/errors.ts';
import type { Build, BuildAccepted, BuildScheduleAnswer as Schedule } from '../http/types.ts';
import { facts, table } from '../output/table.ts';
import { between, moment, money, oneLine, seconds } from '../output/text.ts';
import { list } from './lists.ts';

const IMAGE = { name: 'IMAGE', description: 'mixer', required: true } as const;
const path = (image: string, rest = ''): string => `/api/images/${encodeURIComponent(image)}/builds${rest}`;
/** Milliseconds between two looks at a build that takes an hour. */
const LOOK = 2_000;

function sourcesIn(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`Cannot read the file of sources '${file}': ${(error as Error).message}`);
  }
  const read: unknown = parse(text);
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw usageError(
      `Cannot use '${file}' as it must hold an object with agent, obs, node, windowsVersion and identity`,
    );
  return read as Record<string, unknown>;
}

/** Says every new line of the journal until the build has ended. Ctrl-C ends only the watching. */
async function followed({ client, io }: Context, { image, buildId }: BuildAccepted): Promise<Build> {
  let said = 0;
  for (;;) {
    const build = await client.get<Build>(path(image, `/${encodeURIComponent(buildId)}`));
    for (const { at, text } of build.journal.slice(said)) io.err(`${moment(at)}  ${oneLine(text)}\n`);
    said = build.journal.length;
    if (build.state !== 'running') return build;
    if (io.interrupt.aborted)
      throw new Interrupted(
        `Interrupted: the build goes on. 'stream-control image builds ${image} ${buildId}' tells how far it is`,
      );
    await sleep(LOOK);
  }
}

const whole = (build: Build): string =>
  [
    facts([
      ['build', build.buildId],
      ['version', build.version],
      ['built on', build.from],
      [
        'state',
        build.phase === null ? build.state : `${build.state}: ${build.phase} (${Math.round(build.progress * 100)} %)`,
      ],
      ['detail', build.detail],
      ['error', build.error && `${build.error.code}: ${build.error.message}`],
      ['what to do', build.error?.advice],
      ['took', build.endedAt && seconds(between(build.acceptedAt, build.endedAt))],
      ['cost', build.cost && money(build.cost.total, build.cost.currency)],
      [
        'verified',
        build.certificate &&
          `${build.certificate.existed.length} resources existed, ${build.certificate.remains.length} remain`,
      ],
    ]),
    '\n',
    table(
      ['AT', 'WHAT', ''],
      build.journal.map(({ at, code, text }) => [moment(at), oneLine(code), oneLine(text)]),
      'No journal yet',
    ),
  ].join('');

const build = defineCommand({
  name: 'image build',
  summary: 'build, prove and copy a new version of an image',
  detail:
    'Image Builder installs and tests; a machine is started from the result, captured when OBS is warm, and started again\nfrom the capture. What fails is taken back: nothing but a proved version is left. docs/operate/mixer-image.md',
  positionals: [IMAGE],
  options: {
    sources: {
      type: 'string',
      value: 'FILE',
      description: 'YAML or JSON: agent, obs, node (url, sha256), windowsVersion, identity',
    },
    version: {
      type: 'string',
      value: 'VERSION',
      description: 'number of the version (default: the one after the newest)',
    },
    from: {
      type: 'string',
      value: 'VERSION',
      description: 'build on a proved version of the image, with its Windows, instead of on the marketplace’s',
    },
    region: { type: 'string', value: 'REGION', description: 'where it is built (default: the control plane’s)' },
    regions: { type: 'string', value: 'A,B', description: 'further regions that get a copy' },
    'vm-size': { type: 'string', value: 'SIZE', description: 'size of the build’s machines' },
    'keep-days': { type: 'string', value: 'DAYS', description: 'days until its end of life' },
    'generalised-only': { type: 'boolean', description: 'capture no specialised version' },
    'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
  },
  examples: ['stream-control image build mixer --sources mixer-image.yaml --regions northeurope'],
  async run(context, { options, positionals: [image = ''] }) {
    if (!options.sources) throw usageError("'image build' needs --sources FILE: see docs/operate/mixer-image.md");
    const days = options['keep-days'];
    if (days !== undefined && !/^\d{1,4}$/.test(days)) throw usageError("'image build' needs a number for --keep-days");
    const body = {
      ...sourcesIn(options.sources),
      ...(options.version && { version: options.version }),
      ...(options.from && { from: options.from }),
      ...(options.region && { region: options.region }),
      ...(options.regions && { regions: list(options.regions) }),
      ...(options['vm-size'] && { vmSize: options['vm-size'] }),
      ...(days && { keepDays: Number(days) }),
      ...(options['generalised-only'] && { specialised: false }),
    };
    const { client, output } = context;
    const accepted = await client.json<BuildAccepted>('POST', path(image), { body });
    if (options['no-wait']) {
      output.result(accepted, () =>
        facts([
          ['build', accepted.buildId],
          ['version', accepted.version],
          ['status', accepted.statusUrl],
        ]),
      );
      return EXIT.done;
    }
    const ended = await followed(context, accepted);
    if (ended.state !== 'done')
      throw new CliError(
        EXIT.failed,
        `The build of ${image} ${ended.version} failed: ${ended.error?.message ?? ended.state}`,
        {
          hint: ended.error?.advice ?? `'stream-control image builds ${image} ${ended.buildId}' tells what happened`,
        },
      );
    output.result(ended, () => whole(ended));
    return EXIT.done;
  },
});

const builds = defineCommand({
  name: 'image builds',
  summary: 'builds of an image, or one of them with its journal and certificate',
  positionals: [IMAGE, { name: 'BUILD', description: 'id of one build' }],
  options: {},
  examples: ['stream-control image builds mixer'],
  async run({ client, output }, { positionals: [image = '', id] }) {
    if (id !== undefined) {
      const one = await client.get<Build>(path(image, `/${encodeURIComponent(id)}`));
      output.result(one, () => whole(one));
      return EXIT.done;
    }
    const { builds: all } = await client.get<{ builds: Build[] }>(path(image));
    output.result(all, () =>
      table(
        ['BUILD', 'VERSION', 'STATE', 'BEGAN', 'TOOK', 'COST', 'ERROR'],
        all.map((one) => [
          one.buildId,
          one.version,
          one.phase === null ? one.state : `${one.phase} ${Math.round(one.progress * 100)} %`,
          moment(one.acceptedAt),
          seconds(between(one.acceptedAt, one.endedAt ?? new Date(ports().now()).toISOString())),
          one.cost ? money(one.cost.total, one.cost.currency) : undefined,
          one.error ? oneLine(one.error.code) : undefined,
        ]),
        'No builds',
      ),
    );
    return EXIT.done;
  },
});

const schedule = defineCommand({
  name: 'image schedule',
  summary: 'build an image each week, or show when that is',
  detail:
    'Without options it only shows. `windowsVersion: latest` in the sources takes in what Windows has brought by then.',
  positionals: [IMAGE],
  options: {
    days: { type: 'string', value: 'A,B', description: 'days of the week: tuesday' },
    at: { type: 'string', value: 'HH:MM', description: 'when it begins' },
    'time-zone': { type: 'string', value: 'ZONE', description: 'IANA time zone, such as Europe/Zurich' },
    sources: { type: 'string', value: 'FILE', description: 'as for image build' },
    regions: { type: 'string', value: 'A,B', description: 'further regions that get a copy' },
    remove: { type: 'boolean', description: 'build no more by itself' },
  },
  examples: [
    'stream-control image schedule mixer --days wednesday --at 03:30 --time-zone Europe/Zurich --sources mixer-image.yaml',
    'stream-control image schedule mixer --remove',
  ],
  async run({ client, output }, { options, positionals: [image = ''] }) {
    const { days, at, sources, regions, remove, 'time-zone': timeZone } = options;
    const url = `/api/images/${encodeURIComponent(image)}/schedule`;
    const asked = [days, at, timeZone, sources, regions].filter((one) => one !== undefined);
    if (remove && asked.length > 0) throw usageError("'image schedule' takes --remove alone");
    if (asked.length > 0 && !(days && at && timeZone && sources))
      throw usageError("'image schedule' needs --days, --at, --time-zone and --sources together");
    const answer = remove
      ? await client.json<Schedule>('DELETE', url, { repeatable: true })
      : sources
        ? await client.json<Schedule>('POST', url, {
            body: {
              days: list(days),
              at,
              timeZone,
              request: { ...sourcesIn(sources), ...(regions && { regions: list(regions) }) },
            },
            repeatable: true,
          })
        : await client.get<Schedule>(url);
    output.result(answer, () =>
      answer.schedule
        ? facts([
            ['image', image],
            ['begins', `${answer.schedule.days.join(', ')} ${answer.schedule.at} ${answer.schedule.timeZone}`],
            ['next', moment(answer.schedule.next)],
            ['last', answer.schedule.last && (answer.schedule.last.buildId ?? answer.schedule.last.problem)],
          ])
        : `${image} is not built by itself\n`,
    );
    return EXIT.done;
  },
});

export const imageBuildCommands = [build, builds, schedule];
