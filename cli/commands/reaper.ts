import { line } from '../../domain/text.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import type { ReapReport } from '../http/types.ts';
import { table } from '../output/table.ts';

const reportTable = (report: ReapReport): string =>
  [
    `${report.scanned} groups looked at, ${report.managed} of them ours\n`,
    report.refused ? `Refused to delete: ${line(report.refused)}\n` : '',
    '\n',
    table(
      ['GROUP', report.dryRun ? 'WOULD' : 'DOES', 'REASON'],
      [
        ...report.reaped.map(({ group, reason }) => [group, 'go', reason]),
        ...report.kept.map(({ group, reason }) => [group, 'stay', reason]),
      ],
      'No group is past its time',
    ),
    report.secrets.length > 0 ? `\nExpired secrets that go: ${line(report.secrets.join(', '))}\n` : '',
  ].join('');

export const reaper = defineCommand({
  name: 'reaper',
  summary: 'what outlived its time and would be removed, and why the rest stays',
  detail: 'The reaper runs by itself every 15 minutes. --run runs it now, by the same rules.',
  positionals: [],
  options: { run: { type: 'boolean', description: 'remove it now (role admin)' } },
  examples: ['stream-control reaper', 'stream-control reaper --run'],
  async run({ client, output }, { options }) {
    const report = options.run
      ? await client.json<ReapReport>('POST', '/api/reaper', { body: {} })
      : await client.get<ReapReport>('/api/reaper');
    output.result(report, () => reportTable(report));
    return report.refused ? EXIT.failed : EXIT.done;
  },
});
