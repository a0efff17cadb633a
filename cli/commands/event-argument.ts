import type { Parsed } from '../core/command.ts';
import { CliError, EXIT } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';

/** Every command about one event takes it as its first argument or as `--event`. */
export const EVENT_POSITIONAL = { name: 'EVENT', description: 'name of the event' } as const;
export const EVENT_OPTION = {
  event: { type: 'string', value: 'EVENT', description: 'name of the event, instead of the argument' },
} as const satisfies OptionSpecs;

/** @throws CliError when neither, or both differently, were given */
export function eventOf(parsed: Parsed<typeof EVENT_OPTION>, command: string): string {
  const [first] = parsed.positionals;
  const { event } = parsed.options;
  const problem =
    first && event && first !== event
      ? `was given twice: '${first}' and '${event}'`
      : first || event
        ? ''
        : 'is missing';
  if (problem)
    throw new CliError(EXIT.usage, `Wrong usage of 'stream-control ${command}'`, {
      fields: [{ path: 'EVENT', message: problem }],
      hint: `for example: stream-control ${command} congress`,
    });
  return (first ?? event) as string;
}

export const eventPath = (event: string, rest = ''): string => `/api/events/${encodeURIComponent(event)}${rest}`;
export const statusPath = (event: string): string => `/api/status/${encodeURIComponent(event)}`;
