import { ACCESS_ROLES } from '../../contract/access-roles.ts';
import type { AccessGranted, AccessList, AccessWithdrawn } from '../../contract/api/access.ts';
import { defineCommand } from '../core/command.ts';
import { EXIT, usageError } from '../core/errors.ts';
import { table } from '../output/table.ts';
import { moment, oneLine } from '../output/text.ts';
import { EVENT_POSITIONAL, eventPath } from './event-argument.ts';
import { list as split } from './lists.ts';

const EVENT = { ...EVENT_POSITIONAL, required: true } as const;
const USER = { name: 'USER', description: 'name of the user', required: true } as const;

const list = defineCommand({
  name: 'access list',
  summary: 'who may publish and play on a stream server, and who does',
  positionals: [EVENT],
  options: {},
  examples: ['stream-control access list congress'],
  async run({ client, output }, { positionals: [event = ''] }) {
    const said = await client.get<AccessList>(eventPath(event, '/access'));
    output.result(said, () =>
      [
        table(
          ['USER', 'ROLE', 'PATHS', 'PASSWORD', 'TOKENS'],
          said.users.map(({ name, role, paths, password, tokens }) => [
            ...[name, role, paths.join(',')].map(oneLine),
            password ? 'yes' : 'no',
            tokens.map(({ id }) => oneLine(id)).join(','),
          ]),
        ),
        ...(said.sessions.length === 0
          ? []
          : [
              '\n',
              table(
                ['NOW', 'PATH', 'USER', 'BY', 'SINCE'],
                said.sessions.map(({ call, path, user, protocol, since }) => [
                  ...[call, path, user, protocol].map(oneLine),
                  moment(since) ?? '',
                ]),
              ),
            ]),
      ].join(''),
    );
    return EXIT.done;
  },
});

const grant = defineCommand({
  name: 'access grant',
  summary: 'let somebody publish or play: makes or changes the user, and makes a token',
  detail:
    'The token is shown this once and kept nowhere. Of a publisher it is the stream key as well: what is sent with it is seen under\nthe path, which others may know. For one who is there already it is one more.',
  positionals: [EVENT, USER],
  options: {
    role: { type: 'string', value: 'ROLE', description: 'publish, read or admin', choices: [...ACCESS_ROLES] },
    paths: {
      type: 'string',
      value: 'A,B',
      description: 'where a publisher sends to, what a reader plays; * is everything',
    },
    password: { type: 'boolean', description: 'asks for a password to log in with beside tokens' },
  },
  examples: [
    'stream-control access grant congress anna --role publish --paths stage',
    "stream-control access grant congress director --role read --paths '*'",
  ],
  async run({ client, io, output }, { options, positionals: [event = '', name] }) {
    if (!options.role) throw usageError("'access grant' needs --role");
    const password = options.password ? await io.askSecret('Password: ') : undefined;
    const body = { name, role: options.role, paths: split(options.paths) ?? [], ...(password && { password }) };
    const made = await client.json<AccessGranted>('POST', eventPath(event, '/access'), { body });
    output.result(made, () => `${oneLine(made.token.secret)}\n`);
    return EXIT.done;
  },
});

const withdraw = defineCommand({
  name: 'access withdraw',
  summary: 'withdraw a user or one token: what runs by it ends within seconds',
  positionals: [EVENT, USER],
  options: { token: { type: 'string', value: 'ID', description: 'only this token, by its id (default the user)' } },
  examples: [
    'stream-control access withdraw congress anna',
    'stream-control access withdraw congress anna --token 0a1b2c3d4e5f',
  ],
  async run({ client, output }, { options: { token }, positionals: [event = '', name] }) {
    const body = { name, ...(token && { token }) };
    const gone = await client.json<AccessWithdrawn>('POST', eventPath(event, '/access/withdraw'), { body });
    output.result(gone, () => `Withdrawn: ${oneLine(gone.name)}; ${gone.ended} sessions end\n`);
    return EXIT.done;
  },
});

export const accessCommands = [list, grant, withdraw];
