import { afterEach, expect, test, vi } from 'vitest';
import { RealClock } from '../../local/clock.ts';
import { consoleSink } from '../../local/host/log.ts';
import { consoleToStandardError, fail } from '../../local/host/process.ts';
import { plainLines } from '../../local/plain-lines.ts';

const HOSTILE = [
  'title \u001b[2J\u001b]0;owned\u0007',
  'turned \u202egnp.exe and \u200bhidden\u{e0041}',
  'over\rwritten \u009b31m \u0085 \u2028',
  'a line of its own\n[2026-11-26T00:00:00.000Z] error: all is lost',
];
const OBEYED = /[\p{Cc}\p{Bidi_C}\u200b\u2028\u2029\u{e0000}-\u{e007f}]/u;

const restore = console;
afterEach(() => {
  vi.restoreAllMocks();
  globalThis.console = restore;
});
function printed(): () => string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  return () => write.mock.calls.map(([text]) => String(text)).join('');
}
function harmless(text: string, begins: RegExp): void {
  for (const line of text.trimEnd().split('\n')) {
    expect(line).not.toMatch(OBEYED);
    expect(line).toMatch(begins);
  }
}

test.each(HOSTILE)('a line of the log stays one, and nothing in it is obeyed: %j', (text) => {
  const said = printed();
  consoleSink(new RealClock())('error', 'Function.x.User', `before ${text} after`);
  harmless(said(), /^(?:\[[^\]]+Z\] error: before| {4}\[2026-11-26T00)/);
  expect(said()).toContain(' after\n');
});

test.each(HOSTILE)('nor in what an app prints itself: %j', (text) => {
  const said = printed();
  consoleToStandardError();
  console.log(`said ${text}`);
  console.error(`said ${text}`);
  harmless(said(), /^(?:said|(?: {4}| {8})\[2026-11-26T00)/);
});

test('nor in the error that ends a process', () => {
  const said = printed();
  vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended');
  });
  expect(() => fail(new Error('no file \u001b[31m\nmore'))).toThrow('ended');
  expect(said()).toBe('no file \\u{1b}[31m\n');
});

test('what is plain stays as it is', () => {
  const text = 'Überschrift 日本語 👩‍👩‍👧 \u05d0\u05d1, one\ttab';
  expect(plainLines(text)).toBe(text);
  expect(plainLines('a\r\n  b\n')).toBe('a\n      b\n');
});
