import type { Context } from './context.ts';

/** One `--option`. Help, completion, validation and the type of its value are all derived from this. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly description: string;
  readonly short?: string;
  /** May be given several times; the value is then an array. */
  readonly multiple?: boolean;
  /** What the value is called in help, for example `FILE`. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** Environment variable used when the option is absent; the option wins. */
  readonly env?: string;
  /** Returns what is wrong with a value (`must be ...`), or undefined when it is fine. */
  readonly check?: (value: string) => string | undefined;
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Positional {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly choices?: readonly string[];
}

type OptionValue<S extends OptionSpec> = S extends { type: 'boolean' }
  ? boolean
  : S extends { multiple: true }
    ? string[]
    : string | undefined;
export type OptionValues<O extends OptionSpecs> = { readonly [K in keyof O]: OptionValue<O[K]> };

/** What a handler receives: parsed, validated, defaults and environment applied. */
export interface Parsed<O extends OptionSpecs> {
  readonly options: OptionValues<O>;
  readonly positionals: readonly string[];
}

/** A command as data. `name` may be two words (`template show`). */
export interface Command<O extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the summary in `--help`. */
  readonly detail?: string;
  readonly positionals: readonly Positional[];
  readonly options: O;
  readonly examples: readonly string[];
  /** Resolves to an exit code; nothing means 0. Throws CliError for everything a person can act on. */
  readonly run: (context: Context, parsed: Parsed<O>) => Promise<number | undefined>;
}

export type RawValue = string | boolean | string[] | undefined;
/** {@link Parsed} before the option table has given each value its type. */
export interface RawParsed {
  readonly options: Readonly<Record<string, RawValue>>;
  readonly positionals: readonly string[];
}

/** A command whose option types the registry no longer needs to know. */
export interface AnyCommand extends Omit<Command, 'run'> {
  readonly run: (context: Context, parsed: RawParsed) => Promise<number | undefined>;
}

/** Types the handler's arguments from the option table, then forgets them, so that commands of all shapes fit in one list. */
export const defineCommand = <const O extends OptionSpecs>(command: Command<O>): AnyCommand =>
  command as unknown as AnyCommand;
