/** Everything of the process that commands may touch, so that tests can run them without one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Result. */
  out(text: string): void;
  /** Progress, notes, errors. */
  err(text: string): void;
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  /** Terminal on stderr (where progress goes): its size, or undefined when it is not one. */
  terminal(): { columns: number; rows: number } | undefined;
  /** Asks on the terminal without echo; rejects when there is none. */
  askSecret(question: string): Promise<string>;
  /** Asks a question on the terminal; absent where there is nobody to answer. */
  readonly ask?: (question: string) => Promise<string>;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
}
