/** What every command is answered in every state, from the table that the reducer and the doors use. */
import { type Admission, admission, COMMAND_LIMIT } from '../../domain/lifecycle/admission.ts';
import { EVENT_STATES, type EventState } from '../../domain/states.ts';
import { COMMANDS } from '../../domain/status/encoded.ts';
import { TOLD_COMMANDS, toldAdmission } from '../../domain/told.ts';
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
  const cell = ({ answer }: Admission, taken: string): string =>
    answer === 'accept' ? taken : answer === 'gone' ? '410' : '409';
  const name = ({ state, remains }: (typeof rows)[number]): string =>
    state === 'failed' ? `failed, ${remains ? 'something remains' : 'nothing remains'}` : state;
  return `${heading('What each command is answered in each state', '`domain/lifecycle/admission.ts`, which reducer and doors share,')}
202 is accepted (the outcome is at the operation's URL), 409 conflicts with the state, 410 the event is gone.
A command that passes the door and meets another state inside is an operation with the outcome \`refused\`.

${table(
  ['state', ...COMMANDS],
  rows.map((row) => [name(row), ...COMMANDS.map((command) => cell(admission(row.state, row.remains, command), '202'))]),
)}

- A repeated \`teardown\` is the same operation; where a removal could not finish it tries again at once.
- \`extend\` while the group is being made waits for it; several that wait together are one change to the latest end.
- A command that makes no sense for the event (a language that is not there, an end that is earlier) is refused in any state.
- An event takes at most ${COMMAND_LIMIT} commands besides \`teardown\` and \`extend\`, which are always taken.

## What is told at once

These are no messages to the event: mixers and relays are told, and follow (\`domain/told.ts\`). 200 is told.

${table(
  ['state', ...TOLD_COMMANDS],
  rows.map((row) => [
    name(row),
    ...TOLD_COMMANDS.map((command) => cell(toldAdmission(row.state, row.remains, command), '200')),
  ]),
)}

- \`streaming\` on and \`keys\` need an event that was deployed with stream keys; \`source\` needs a relay that takes two presenters.
- \`sound\` is \`languages\` with nothing but \`audio\`.
`;
}

export const states: Page = { file: 'states.md', text };
