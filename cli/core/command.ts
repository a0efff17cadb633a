import type { Context } from './context.ts';
import type { CommandMetadata, OptionSpec, OptionSpecs } from './metadata.ts';

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

/** A command as data. */
export interface Command<O extends OptionSpecs = OptionSpecs> extends CommandMetadata<O> {
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
export interface AnyCommand extends CommandMetadata {
  readonly run: (context: Context, parsed: RawParsed) => Promise<number | undefined>;
}

/** Types the handler's arguments from the option table, then forgets them, so that commands of all shapes fit in one list. */
export const defineCommand = <const O extends OptionSpecs>(command: Command<O>): AnyCommand =>
  command as unknown as AnyCommand;
