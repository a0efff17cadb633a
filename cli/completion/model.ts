import { GLOBAL_OPTIONS } from '../core/globals.ts';
import type { CommandMetadata, OptionSpec } from '../core/metadata.ts';

/** What every shell's script is made from; derived from the commands, so it cannot go stale. */
export interface CompletionModel {
  /** First words, with what they do. */
  words: { word: string; summary: string }[];
  /** Second words by first word. */
  groups: Record<string, { word: string; summary: string }[]>;
  /** By full command name. */
  commands: { name: string; options: [string, OptionSpec][]; choices: readonly string[] }[];
}

export function completionModel(commands: readonly CommandMetadata[]): CompletionModel {
  const groups: CompletionModel['groups'] = {};
  const words = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ');
    if (second) {
      groups[first] ??= [];
      groups[first].push({ word: second, summary });
    }
    if (!second || !words.has(first)) words.set(first, second ? `${first} commands` : summary);
  }
  return {
    words: [...words].map(([word, summary]) => ({ word, summary })),
    groups,
    commands: commands.map(({ name, options, positionals }) => ({
      name,
      options: Object.entries<OptionSpec>({ ...options, ...GLOBAL_OPTIONS }),
      choices: positionals[0]?.choices ?? [],
    })),
  };
}
