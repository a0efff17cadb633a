import fc from 'fast-check';
import { expect, test } from 'vitest';
import { broken, titleSettings } from '../../mixer/agent/obs/title.ts';

test.each([
  ['Internationaler Kongress: Zukunft der Übersetzung', 'Internationaler Kongress:\nZukunft der Übersetzung'],
  ['全球多语言会议:翻译的未来与人工智能', '全球多语言会议:翻译的未来与\n人工智能'],
  ['W'.repeat(60), `${'W'.repeat(28)}\n${'W'.repeat(28)}\nWWWW`],
  ['👨‍👩‍👧‍👦'.repeat(15), `${'👨‍👩‍👧‍👦'.repeat(14)}\n👨‍👩‍👧‍👦`],
])('%s is broken into lines', (title, lines) => {
  expect(broken(title)).toBe(lines);
});
test('nothing is lost but white space, and no line is longer than another of its kind could be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
      const lines = broken(title);
      expect(lines.replace(/\s/gu, '')).toBe(title.replace(/\s/gu, ''));
      const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
      for (const line of lines.split('\n')) expect([...graphemes.segment(line)].length).toBeLessThanOrEqual(28);
    }),
  );
});
test.each([
  ['Kongress', 'DejaVu Sans', 'Segoe UI'],
  ['会議のお知らせ', 'Noto Sans CJK JP', 'Yu Gothic UI'],
  ['회의', 'Noto Sans CJK KR', 'Malgun Gothic'],
  ['会议', 'Noto Sans CJK SC', 'Microsoft YaHei UI'],
])('%s gets a font that has its characters', (title, linux, windows) => {
  expect(titleSettings(title, 'linux').font.face).toBe(linux);
  expect(titleSettings(title, 'win32').font.face).toBe(windows);
});
