/** Log lines with the level and category filter of host.json `logging.logLevel` (Microsoft Learn, "Configure log levels"). */

import type { Clock } from '../clock.ts';
import type { LogLevel, LogSink } from '../durable/ports.ts';
import { plainLines } from '../plain-lines.ts';

const ORDER: Readonly<Record<string, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};
const INFORMATION = 2;

/** A level by its name in any case or its number, undefined when there is none. */
export const levelOf = (text: string): number | undefined =>
  /^[0-6]$/.test(text) ? Number(text) : ORDER[text.toLowerCase()];

/** A rule's category is a beginning, or with one `*` a beginning and an end (.NET LoggerRuleSelector.cs). */
function fits(rule: string, category: string): boolean {
  const [start = '', end = ''] = rule.toLowerCase().split('*');
  return category.startsWith(start) && category.endsWith(end);
}

/** Least level wanted for a category: of the rules that fit the longest decides, else `default`, else Information. */
function leastFor(levels: Record<string, string>, category: string): number {
  const lower = category.toLowerCase();
  const rules = Object.keys(levels).filter((rule) => rule.toLowerCase() !== 'default');
  const best = rules.reduce((a, rule) => (fits(rule, lower) && rule.length >= a.length ? rule : a), '');
  const fallback = Object.keys(levels).find((rule) => rule.toLowerCase() === 'default');
  return levelOf(levels[best] ?? levels[fallback ?? ''] ?? '') ?? INFORMATION;
}

/** A sink that keeps only what `levels` (category -> level name) want. */
export function filtered(levels: Record<string, string>, sink: LogSink): LogSink {
  const known = new Map<string, number>();
  const passes = (level: LogLevel, category: string): boolean => {
    let least = known.get(category);
    if (least === undefined) {
      least = leastFor(levels, category);
      known.set(category, least);
    }
    return (ORDER[level] ?? INFORMATION) >= least;
  };
  const kept: LogSink = (level, category, message) => {
    if (passes(level, category)) sink(level, category, message);
  };
  kept.wants = (level, category) => passes(level, category) && sink.wants?.(level, category) === true;
  return kept;
}

/** Writes lines the way Core Tools shows them, `[time] message`, to standard error: standard output is for results. */
export function consoleSink(clock: Clock): LogSink {
  const write: LogSink = (level, _category, message) => {
    const mark = level === 'warning' || level === 'error' ? `${level}: ` : '';
    process.stderr.write(`[${new Date(clock.now()).toISOString()}] ${mark}${plainLines(message)}\n`);
  };
  write.wants = () => true;
  return write;
}
