/** What pages of docs/reference are made of. */
export interface Page {
  /** Below docs/reference. */
  file: string;
  text(): string | Promise<string>;
}

/** A cell's text may hold what ends a cell. */
export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join(
    '\n',
  );

/** First lines of every page: what it is, and that nobody writes it by hand. */
export const heading = (title: string, source: string): string =>
  `# ${title}\n\nGenerated from ${source} by \`node scripts/reference/main.ts\`.\n`;
