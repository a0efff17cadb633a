/** Log lines with the level and category filter of host.json `logging.logLevel` (Microsoft Learn, "Configure log levels"). */

import type { Clock } from '../clock.ts';
import type { LogLevel, LogSink } from '../durable/ports.ts';

const ORDER: Readonly<Record<string, number>> = {
  trace: 0,
  debug: 1,
  information: 2,
  warning: 3,
  error: 4,
  critical: 5,
  none: 6,
};

/** Least level wanted for a category: the longest key that is its prefix decides, else `default`, else Information. */
function leastFor(levels: Record<string, string>, category: string): number {
  const lower = category.toLowerCase();
  const prefix = (key: string) => lower === key.toLowerCase() || lower.startsWith(`${key.toLowerCase()}.`);
  const best = Object.keys(levels).reduce((a, key) => (prefix(key) && key.length > a.length ? key : a), '');
  const fallback = Object.keys(levels).find((key) => key.toLowerCase() === 'default');
  const name = levels[best] ?? levels[fallback ?? ''] ?? 'Information';
  return ORDER[name.toLowerCase()] ?? ORDER.information ?? 2;
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
    return (ORDER[level] ?? 2) >= least;
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
    process.stderr.write(`[${new Date(clock.now()).toISOString()}] ${mark}${message}\n`);
  };
  write.wants = () => true;
  return write;
}
