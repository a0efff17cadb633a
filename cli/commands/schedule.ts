import { defineCommand } from '../core/command.ts';
import { CliError, EXIT } from '../core/errors.ts';
import type { ScheduleView } from '../http/types.ts';
import { table } from '../output/table.ts';
import { moment, oneLine } from '../output/text.ts';
import { deployRequest, REQUEST_OPTIONS } from './deploy-request.ts';
import { EVENT_POSITIONAL } from './event-argument.ts';
import { list } from './lists.ts';

/** What came of the latest occurrence, in a few words. */
const lastOf = ({ last }: ScheduleView): string => {
  if (!last) return '-';
  const what = last.missed ? 'missed' : last.problem !== undefined ? 'waits' : last.late ? 'late' : 'deployed';
  return `${what} ${moment(last.occurrence)}${last.problem === undefined ? '' : `: ${oneLine(last.problem)}`}`;
};

const scheduleTable = (schedules: ScheduleView[]): string =>
  table(
    ['SCHEDULE', 'EVENT', 'READY AT', 'NEXT', 'AHEAD', 'LAST'],
    schedules.map((schedule) => [
      schedule.name,
      oneLine(schedule.request.event),
      `${schedule.days.join(', ')} ${schedule.at} ${schedule.timeZone}`,
      schedule.paused ? 'paused' : moment(schedule.next),
      schedule.ahead,
      lastOf(schedule),
    ]),
    'No schedules',
  );

const show = defineCommand({
  name: 'schedule list',
  summary: 'recurring events and when each is next',
  positionals: [],
  options: {},
  examples: ['stream-control schedule list'],
  async run({ client, output }) {
    const { schedules } = await client.get<{ schedules: ScheduleView[] }>('/api/schedules');
    output.result(schedules, () => scheduleTable(schedules));
    return EXIT.done;
  },
});

const { 'starts-at': _startsAt, ...REQUEST } = REQUEST_OPTIONS;

const set = defineCommand({
  name: 'schedule set',
  summary: 'make or replace a recurring event: the same name replaces it',
  detail: 'It is deployed so early that it is ready at that time of day there, also when clocks change.',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...REQUEST,
    name: { type: 'string', value: 'NAME', description: 'name of the schedule (default: the event)' },
    days: { type: 'string', value: 'A,B', description: 'days of the week: sunday,wednesday' },
    at: { type: 'string', value: 'HH:MM', description: 'when it must be ready' },
    'time-zone': { type: 'string', value: 'ZONE', description: 'IANA time zone, such as Europe/Zurich' },
    ahead: { type: 'string', value: 'DURATION', description: 'how long before it the deployment is accepted (24h)' },
    paused: { type: 'boolean', description: 'keep it, but deploy nothing' },
  },
  examples: [
    'stream-control schedule set sunday --days sunday --at 09:30 --time-zone Europe/Zurich --ttl 6h --youtube-keys keys.txt',
  ],
  async run({ client, io, output }, parsed) {
    const { options } = parsed;
    const missing = (['days', 'at', 'time-zone'] as const).filter((name) => options[name] === undefined);
    if (missing.length > 0)
      throw new CliError(EXIT.usage, "Wrong usage of 'stream-control schedule set'", {
        fields: missing.map((name) => ({ path: `--${name}`, message: 'is missing' })),
      });
    const withMoment = { ...parsed, options: { ...options, 'starts-at': undefined } };
    const request = await deployRequest('schedule set', withMoment, io, (text) => io.err(`${text}\n`));
    const body = {
      name: options.name ?? request.event,
      days: list(options.days),
      at: options.at,
      timeZone: options['time-zone'],
      ...(options.ahead && { ahead: options.ahead }),
      ...(options.paused && { paused: true }),
      request,
    };
    const schedule = await client.json<ScheduleView>('POST', '/api/schedules', { body, repeatable: true });
    output.result(schedule, () => scheduleTable([schedule]));
    return EXIT.done;
  },
});

const remove = defineCommand({
  name: 'schedule remove',
  summary: 'end a recurring event; one that is deployed goes on',
  positionals: [{ name: 'NAME', description: 'name of the schedule', required: true }],
  options: {},
  examples: ['stream-control schedule remove sunday'],
  async run({ client, output }, { positionals: [name = ''] }) {
    const answer = await client.json('DELETE', `/api/schedules/${encodeURIComponent(name)}`, { repeatable: true });
    output.result(answer, () => `Removed: ${name}\n`);
    return EXIT.done;
  },
});

export const scheduleCommands = [show, set, remove];
