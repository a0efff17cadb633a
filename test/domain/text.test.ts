import { describe, expect, test } from 'vitest';
import { cardText, escaped, isPlain, line, lines, logged } from '../../domain/text.ts';

describe('a line', () => {
  test.each([
    ['Sunday Service', 'Sunday Service'],
    ['Gottesdienst für alle – 日曜礼拝 🎉', 'Gottesdienst für alle – 日曜礼拝 🎉'],
    ['👨‍👩‍👧 می‌خواهم', '👨‍👩‍👧 می‌خواهم'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[2J\u001b[1;1Hgone', 'gone'],
    ['\u009b31mred', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['\u009d52;c;ZXZpbA==\u009ctext', 'text'],
    ['\u001bP$q\u001b\\text', 'text'],
    ['\u001bcreset', 'reset'],
    ['one\r\n2026-11-22 done', 'one 2026-11-22 done'],
    ['one\u2028two\u0085three\u000bfour', 'one two three four'],
    ['over\rwritten', 'over written'],
    ['a\u0008\u0008b\u0000c\u007f', 'abc'],
    ['live\u202egnp.exe\u202c\u2066x\u2069', 'livegnp.exex'],
    ['\u200blist\u2060\ufeff\u00ad', 'list'],
    ['x\u{e0041}\u{e007f}', 'x'],
    [`e${'\u0301'.repeat(50)}`, `e${'\u0301'.repeat(4)}`],
    ['cut \ud83d', 'cut \ufffd'],
    ['\u001b', ''],
  ])('%j is %j', (text, expected) => {
    expect(line(text)).toBe(expected);
    expect(line(line(text))).toBe(line(text));
  });
  test('is quick, whatever is in it', () => {
    for (const text of [
      '\u001b]'.repeat(50_000),
      '\u001b['.repeat(50_000),
      `${'\u0301'.repeat(100_000)}x`,
      '\u001b[0;'.repeat(30_000),
    ]) {
      const from = performance.now();
      line(text);
      expect(performance.now() - from).toBeLessThan(500);
    }
  });
});

describe('text of a card', () => {
  test.each([
    ['mixer-original: no picture (12 s)', 'mixer-original: no picture (12 s)'],
    ['[sign in](https://evil.example)', '[sign in] (https://evil.example)'],
    ['![x](https://evil.example/pixel.png)', '![x] (https://evil.example/pixel.png)'],
    ['[a]\u200b(https://evil.example)', '[a] (https://evil.example)'],
    ['[a][b] and [b]: https://evil.example', '[a] [b] and [b] : https://evil.example'],
    ['<https://evil.example>', '< https://evil.example>'],
    ['<at>everyone</at>', '< at>everyone< /at>'],
    ['<img src=x onerror=alert(1)>', '< img src=x onerror=alert(1)>'],
    ['one\n# two\n- three', 'one # two - three'],
    ['5 < 6', '5 < 6'],
  ])('%j is %j', (text, expected) => {
    expect(cardText(text)).toBe(expected);
    expect(cardText(expected)).toBe(expected);
  });
});

test('lines stay lines, and no sequence reaches into the next', () => {
  expect(lines('a\u001b]0;x\nb \r\n\u001b[2Jc')).toBe('a\nb\nc');
});

test('JSON is escaped where a terminal would obey, and reads back the same', () => {
  const value = { text: 'a\u001b[31m\u009b\u202e\u2028\u{e0041}\u007f\n', ok: 'é 日本 👨‍👩‍👧' };
  for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    expect(JSON.parse(escaped(json))).toEqual(value);
    expect(lines(escaped(json))).toBe(escaped(json));
  }
  expect([isPlain('é 日本'), isPlain('a\nb'), isPlain('a\u0000')]).toEqual([true, false, false]);
});

test('an error in a log is one line', () => {
  const shown = logged(new Error('bad\n2026-11-22 [Information] audit: forged\u001b[31m'));
  expect(shown).toMatch(/^Error: bad 2026-11-22 .* at /);
  expect(shown).not.toContain('\n');
  expect(logged('x\ny')).toBe('x y');
});
