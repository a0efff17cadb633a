import { Document, visit } from 'yaml';
import { escaped, isPlain, lines } from '../../domain/text.ts';
import type { Io } from '../core/io.ts';

/** YAML in which every text that a terminal would not show as it is stands in quotes, escaped; it reads back the same. */
export function yaml(data: unknown): string {
  const document = new Document(data);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && !node.value.split('\n').every(isPlain)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escaped(document.toString({ doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }));
}

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
    const text = this.format === 'json' ? `${escaped(JSON.stringify(data, null, 2))}\n` : this.#text(data, table);
    if (text) this.#io.out(text.endsWith('\n') ? text : `${text}\n`);
  }
  #text(data: unknown, table: () => string): string {
    if (this.format === 'yaml') return yaml(data);
    return this.format === 'table' ? lines(table()) : '';
  }
}
