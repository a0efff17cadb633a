/**
 * Exit codes of the command line: part of the outer contract, scripts depend on them.
 * `interrupted` is what shells report for SIGINT (128 + 2).
 */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  refused: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One invalid field: where it is and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

/** An error with everything a person needs to go on; the only kind that commands throw on purpose. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly fields: FieldError[];
  /** What something else said, line by line. */
  readonly said: readonly string[];
  constructor(
    exitCode: ExitCode,
    message: string,
    more: { hint?: string | undefined; fields?: FieldError[]; said?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = more.hint;
    this.fields = more.fields ?? [];
    this.said = more.said ?? [];
  }
}

export const usageError = (message: string, hint?: string): CliError => new CliError(EXIT.usage, message, { hint });

/** Thrown when Ctrl-C (or SIGTERM) ended the command; `message` says what goes on without it. */
export class Interrupted extends CliError {
  constructor(message = 'Interrupted') {
    super(EXIT.interrupted, message);
    this.name = 'Interrupted';
  }
}
