import type { Usage } from '../../contract/api/usage.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT } from '../core/errors.ts';
import { pause } from '../http/client.ts';
import { table } from '../output/table.ts';
import { oneLine, time } from '../output/text.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';

type Series = Usage['components'][0]['cpuPercent'];
const last = (series: Series): number | undefined => series.at(-1)?.[1];
const highest = (series: Series): number | undefined =>
  series.length === 0 ? undefined : Math.max(...series.map(([, value]) => value));
const percent = (value: number | undefined): string => (value === undefined ? '-' : `${value.toFixed(0)} %`);
const mebibytes = (value: number | undefined): string =>
  value === undefined ? '-' : `${(value / 1_048_576).toFixed(0)} MiB`;
const rate = (value: number | undefined): string => (value === undefined ? '-' : `${(value / 1e6).toFixed(1)} Mbit/s`);

function summary({ components, problem }: Usage): string {
  if (problem !== undefined) return `${oneLine(problem)}\n`;
  return table(
    ['COMPONENT', 'CPU', 'CPU MAX', 'MEMORY', 'IN', 'OUT', 'AT'],
    components.map((one) => [
      oneLine(one.component),
      percent(last(one.cpuPercent)),
      percent(highest(one.cpuPercent)),
      `${mebibytes(last(one.memoryBytes))}${one.memoryBytes.length > 0 && one.component.startsWith('mixer') ? ' free' : ''}`,
      rate(last(one.inBitsPerSecond)),
      rate(last(one.outBitsPerSecond)),
      time(one.cpuPercent.at(-1)?.[0]) ?? '-',
    ]),
    'Nothing is measured yet',
  );
}

export const top = defineCommand({
  name: 'top',
  summary: 'processor, memory and network of containers and machines',
  detail: 'By Azure Monitor, which is some minutes behind: the latest sample, and the highest of the last half hour.',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...EVENT_OPTION,
    every: {
      type: 'string',
      value: 'SECONDS',
      description: 'show it again and again',
      check: (value) => (Number(value) >= 1 ? undefined : 'must be a number of seconds of at least 1'),
    },
  },
  examples: ['stream-control top congress', 'stream-control top congress --every 60'],
  async run({ client, io, output }, parsed) {
    const path = eventPath(eventOf(parsed, 'top'), '/metrics');
    for (;;) {
      const { azure } = await client.get<{ azure: Usage }>(path);
      output.result(azure, () => summary(azure));
      if (parsed.options.every === undefined) return azure.problem === undefined ? EXIT.done : EXIT.failed;
      await pause(Number(parsed.options.every) * 1000, io.interrupt);
    }
  },
});
