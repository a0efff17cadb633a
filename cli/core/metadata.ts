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

/** A command without its handler: what help, completion and parsing are derived from. `name` may be two words (`template show`). */
export interface CommandMetadata<O extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs below the summary in `--help`. */
  readonly detail?: string;
  readonly positionals: readonly Positional[];
  readonly options: O;
  readonly examples: readonly string[];
}
