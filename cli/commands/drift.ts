import type { Drift } from '../../contract/api/drift.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { table } from '../output/table.ts';
import { oneLine } from '../output/text.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';

const shown = (value: unknown): string =>
  value === null || value === undefined ? '-' : oneLine(typeof value === 'string' ? value : JSON.stringify(value));

export const drift = defineCommand({
  name: 'drift',
  summary: 'what stands in Azure against the plan of an event',
  detail: 'Every property that the plan asked for is compared with what stands. Exit code 1 when something differs.',
  positionals: [EVENT_POSITIONAL],
  options: EVENT_OPTION,
  examples: ['stream-control drift congress', 'stream-control drift congress -o json'],
  async run({ client, output }, parsed) {
    const found = await client.get<Drift>(eventPath(eventOf(parsed, 'drift'), '/drift'));
    const { differences, strangers, looked } = found;
    output.result(found, () =>
      differences.length + strangers.length === 0
        ? `As planned: ${looked} resources\n`
        : table(
            ['RESOURCE', 'PROPERTY', 'PLANNED', 'STANDS'],
            [
              ...differences.map(({ resource, path, planned, actual }) => [
                oneLine(resource.split('/').at(-1)),
                path === '' ? '(all of it)' : oneLine(path),
                shown(planned),
                shown(actual),
              ]),
              ...strangers.map(({ name, why }) => [oneLine(name), '(not ours)', '-', oneLine(why)]),
            ],
            '',
          ),
    );
    return differences.length + strangers.length === 0 ? EXIT.done : EXIT.failed;
  },
});
