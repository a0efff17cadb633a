import { escaped, line } from '../domain/text.ts';
import { commands } from './commands/index.ts';
import { CliError, EXIT, Interrupted } from './core/errors.ts';
import { DEFAULT_TIMEOUT, DEFAULT_URL } from './core/globals.ts';
import { groupHelp, helpFor, overview } from './core/help.ts';
import type { Io } from './core/io.ts';
import { findCommand, globalsLast, misspelt, parseCommand, unknownCommand } from './core/parse.ts';
import { version } from './core/version.ts';
import { Client } from './http/client.ts';
import { type Format, Output } from './output/output.ts';
import type { ProgressKind } from './progress/types.ts';

/**
 * Runs one command line.
 * @param argv arguments after the program's name
 * @returns the exit code; never throws
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const wantsJson = argv.some(
    (word, index) => word === '--progress=json' || (word === 'json' && argv[index - 1] === '--progress'),
  );
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return report(error, io, wantsJson);
  }
}

async function dispatch(given: readonly string[], io: Io): Promise<number> {
  const argv = globalsLast(given);
  const [first] = argv;
  if (first === '--version' || first === '-V') {
    io.out(`${version()}\n`);
    return EXIT.done;
  }
  if (first === undefined || first === '--help' || first === '-h') {
    const text = (argv.length > 1 && helpFor(commands, argv.slice(1))) || overview(commands, version());
    if (first === undefined) io.err(text);
    else io.out(text);
    return first === undefined ? EXIT.usage : EXIT.done;
  }
  const found = findCommand(commands, argv);
  if (!found) {
    const group = argv.some((word) => word === '--help' || word === '-h') ? groupHelp(commands, first) : undefined;
    if (group === undefined) throw unknownCommand(commands, argv);
    io.out(group);
    return EXIT.done;
  }
  if (misspelt(commands, found)) throw unknownCommand(commands, argv);
  const { globals, options, positionals } = parseCommand(found.command, found.rest, io.env);
  if (globals.help) {
    io.out(helpFor(commands, found.command.name.split(' ')) ?? '');
    return EXIT.done;
  }
  const context = {
    io,
    commands,
    client: new Client(
      globals.url ?? DEFAULT_URL,
      { token: globals.token, scope: globals.scope },
      io.interrupt,
      Number(globals.timeout ?? DEFAULT_TIMEOUT),
    ),
    output: new Output((globals.output ?? 'table') as Format, io),
    progress: (globals.progress ?? 'auto') as ProgressKind,
  };
  return (await found.command.run(context, { options, positionals })) ?? EXIT.done;
}

/** Writes an error for people, or as one more JSON line where progress is JSON, and gives its exit code. */
function report(thrown: unknown, io: Io, asJson: boolean): number {
  const error = io.interrupt.aborted && !(thrown instanceof CliError) ? new Interrupted() : thrown;
  if (!(error instanceof CliError)) {
    io.err(
      `stream-control: this is a defect, please report it\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return EXIT.failed;
  }
  const { message, fields, hint, exitCode, said } = error;
  if (asJson) io.err(`${escaped(JSON.stringify({ type: 'error', exitCode, message, errors: fields, hint }))}\n`);
  else {
    io.err(`${exitCode === EXIT.interrupted ? '' : 'error: '}${line(message)}\n`);
    for (const each of said) io.err(`  ${line(each)}\n`);
    // A problem of the whole has no path.
    for (const { path, message: text } of fields) io.err(`  ${line(path === '' ? text : `${path}: ${text}`)}\n`);
    if (hint) io.err(`  hint: ${line(hint)}\n`);
  }
  return exitCode;
}
