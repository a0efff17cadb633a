import { ports } from '../../ports/index.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';
import { Durable } from '../http/durable.ts';
import { gantt } from '../output/gantt.ts';
import { instanceSpans, listSpans } from '../output/history.ts';
import { facts, table } from '../output/table.ts';
import { moment, oneLine, time } from '../output/text.ts';
import { CONFIRM_OPTIONS, confirmed } from './confirm.ts';
import { DURABLE_OPTIONS } from './durable-options.ts';

const INSTANCE = { name: 'ID', description: 'instance id, such as event-congress' } as const;
const REASON_OPTION = {
  reason: { type: 'string', value: 'TEXT', description: 'kept in the history' },
} as const satisfies OptionSpecs;
const whole = (value: string) => (/^[1-9]\d*$/.test(value) ? undefined : 'must be a whole number above 0');

export const instances = defineCommand({
  name: 'instances',
  summary: 'look at the durable orchestrations: all, one, or what ran when',
  detail:
    'An event is the instance event-EVENT; its resources are DEPLOYMENT-NODE-ATTEMPT. --history draws what ran when\ninside one instance, --timeline across instances.',
  positionals: [INSTANCE],
  options: {
    ...DURABLE_OPTIONS,
    history: { type: 'boolean', description: 'with ID: its history as a text Gantt (json: the events)' },
    timeline: { type: 'boolean', description: 'without ID: the instances as a text Gantt' },
    prefix: { type: 'string', value: 'TEXT', description: 'only ids that begin with this, such as a deployment id' },
    status: { type: 'string', value: 'A,B', description: 'only these, such as Running,Failed' },
    limit: { type: 'string', value: 'N', description: 'at most so many (default 200)', check: whole },
  },
  examples: [
    'stream-control instances event-congress --history',
    'stream-control instances --prefix congress- --timeline',
  ],
  async run({ client, output }, { options, positionals }) {
    const durable = new Durable(client, options.code);
    const [id] = positionals;
    const now = ports().now();
    if (id !== undefined) {
      const found = await durable.get(id, options.history);
      output.result(found, () =>
        options.history
          ? gantt(instanceSpans(found, now), now)
          : facts([
              ['instance', found.instanceId],
              ['orchestrator', found.name],
              ['status', found.runtimeStatus],
              ['created', moment(found.createdTime)],
              ['last update', moment(found.lastUpdatedTime)],
              ['custom status', oneLine(found.customStatus)],
              ['input', oneLine(found.input)],
              ['output', oneLine(found.output)],
            ]),
      );
      return EXIT.done;
    }
    const found = await durable.list({ prefix: options.prefix, status: options.status }, Number(options.limit ?? 200));
    output.result(found, () =>
      options.timeline
        ? gantt(listSpans(found), now)
        : table(
            ['INSTANCE', 'ORCHESTRATOR', 'STATUS', 'CREATED', 'LAST UPDATE'],
            found.map((row) => [
              row.instanceId,
              row.name,
              row.runtimeStatus,
              time(row.createdTime),
              time(row.lastUpdatedTime),
            ]),
            'No instances',
          ),
    );
    return EXIT.done;
  },
});

const action = (
  verb: 'terminate' | 'rewind' | 'suspend' | 'resume',
  summary: string,
  detail: string,
  destroys = false,
) =>
  defineCommand({
    name: `instances ${verb}`,
    summary,
    detail,
    positionals: [{ ...INSTANCE, required: true }],
    options: {
      ...DURABLE_OPTIONS,
      ...(destroys ? CONFIRM_OPTIONS : {}),
      ...REASON_OPTION,
    } as typeof DURABLE_OPTIONS & typeof CONFIRM_OPTIONS & typeof REASON_OPTION,
    examples: [`stream-control instances ${verb} congress-k-0123456789-vnet-1`],
    async run(context, { options, positionals: [id = ''] }) {
      const { client, output } = context;
      if (destroys) await confirmed(context, options, `${verb} ${id}`);
      await new Durable(client, options.code).act(id, verb, options.reason ?? `${verb} by stream-control`);
      const result = { instanceId: id, action: verb, accepted: true };
      output.result(result, () => `${verb} accepted: ${id}\n`);
      return EXIT.done;
    },
  });

export const instanceActions = [
  action(
    'terminate',
    'end an orchestration at once',
    'For repairs only: terminating an event leaves its resources behind until the reaper finds them. To end an event, use teardown.',
    true,
  ),
  action(
    'rewind',
    'run a failed orchestration again from its last good point',
    'Only instances in status Failed can be rewound.',
  ),
  action('suspend', 'hold an orchestration', 'It keeps its messages and goes on with resume.'),
  action('resume', 'let a suspended orchestration go on', 'To bring a paused event back, use the command resume.'),
  defineCommand({
    name: 'instances purge',
    summary: 'delete an ended orchestration and its history',
    positionals: [{ ...INSTANCE, required: true }],
    options: { ...DURABLE_OPTIONS, ...CONFIRM_OPTIONS },
    examples: ['stream-control instances purge record-congress-k-0123456789'],
    async run(context, { options, positionals: [id = ''] }) {
      const { client, output } = context;
      await confirmed(context, options, `purge ${id}`);
      const instancesDeleted = await new Durable(client, options.code).purge(id);
      output.result({ instanceId: id, instancesDeleted }, () => `Purged: ${id}\n`);
      return EXIT.done;
    },
  }),
];
