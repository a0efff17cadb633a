/** What every command is answered in every state, from the table that the reducer and the doors use. */
import { admission, COMMAND_LIMIT } from '../../domain/lifecycle/admission.ts';
import { EVENT_STATES, type EventState } from '../../domain/states.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';
import { heading, type Page, table } from './page.ts';

/** `failed` has two rows: with remains (the lifecycle runs on) and without (it has ended). */
function text(): string {
  const rows = EVENT_STATES.flatMap((state): { state: EventState; remains: boolean }[] =>
    state === 'failed'
      ? [
          { state, remains: true },
          { state, remains: false },
        ]
      : [{ state, remains: state !== 'gone' }],
  );
  const cell = (row: (typeof rows)[number], command: (typeof COMMANDS)[number]): string => {
    const { answer } = admission(row.state, row.remains, command);
    return answer === 'accept' ? '202' : answer === 'gone' ? '410' : '409';
  };
  const name = ({ state, remains }: (typeof rows)[number]): string =>
    state === 'failed' ? `failed, ${remains ? 'something remains' : 'nothing remains'}` : state;
  return `${heading('What each command is answered in each state', '`domain/lifecycle/admission.ts`, which reducer and doors share,')}
202 is accepted (the outcome is at the operation's URL), 409 conflicts with the state, 410 the event is gone.
A command that passes the door and meets another state inside is an operation with the outcome \`refused\`.

${table(
  ['state', ...COMMANDS],
  rows.map((row) => [name(row), ...COMMANDS.map((command) => cell(row, command))]),
)}

- A repeated \`teardown\` is the same operation; where a removal could not finish it tries again at once.
- \`extend\` while the group is being made waits for it; several that wait together are one change to the latest end.
- A command that makes no sense for the event (a language that is not there, an end that is earlier) is refused in any state.
- An event takes at most ${COMMAND_LIMIT} commands besides \`teardown\` and \`extend\`, which are always taken.
`;
}

export const states: Page = { file: 'states.md', text };
