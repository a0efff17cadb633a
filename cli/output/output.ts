import { stringify } from 'yaml';
import type { Io } from '../core/io.ts';

export type Format = 'table' | 'json' | 'yaml' | 'none';

/** Where results go: stdout, once per command, in the format that was asked for. */
export class Output {
  readonly format: Format;
  readonly #io: Io;
  constructor(format: Format, io: Io) {
    this.format = format;
    this.#io = io;
  }
  /**
   * @param data the control plane's answer, printed as it is by json and yaml
   * @param table the same for people, made only when it is wanted
   */
  result(data: unknown, table: () => string): void {
    const text = this.format === 'json' ? `${JSON.stringify(data, null, 2)}\n` : this.#text(data, table);
    if (text) this.#io.out(text.endsWith('\n') ? text : `${text}\n`);
  }
  #text(data: unknown, table: () => string): string {
    if (this.format === 'yaml') return stringify(data);
    return this.format === 'table' ? table() : '';
  }
}
