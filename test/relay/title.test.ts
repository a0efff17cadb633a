/** Titles in any script: every character has a glyph, and all of it is inside the picture. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { renderTitle, TITLE } from '../../relay/title.ts';
import { missing } from './support.ts';

const reason = missing('ffmpeg', 'pango-view', 'fc-list');
const folder = mkdtempSync(join(tmpdir(), 'title-'));
afterAll(() => rmSync(folder, { recursive: true }));

const installed = reason ? '' : execFileSync('fc-list', { encoding: 'utf8' });
const lacking = ['Noto Sans CJK', 'Noto Color Emoji', 'Noto Sans Arabic'].filter((font) => !installed.includes(font));
if (lacking.length && process.env.CI) throw new Error(`fonts not installed: ${lacking.join(', ')} (see .ci/packages)`);

/** Pango's own list of what it draws; an unknown character has a bit of its own (PANGO_GLYPH_UNKNOWN_FLAG). */
function glyphs(): number[] {
  const list = join(folder, 'layout.json');
  const output = join(folder, 'other.png');
  const args = ['-q', '--font=Noto Sans,DejaVu Sans 30', `--serialize-to=${list}`, `--output=${output}`];
  execFileSync('pango-view', [...args, join(folder, 'title.txt')], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  return [...readFileSync(list, 'utf8').matchAll(/"glyph"\s*:\s*(\d+)/g)].map(([, glyph]) => Number(glyph));
}
const UNKNOWN = 0x10000000;

/** Width, height and the box of all that is drawn, from the alpha plane. */
function ink(png: string) {
  const width = readFileSync(png).readUInt32BE(16);
  const args = ['-v', 'error', '-i', png, '-vf', 'alphaextract', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  const picture = execFileSync('ffmpeg', args, { maxBuffer: 1e8 });
  const box = { width, height: picture.length / width, left: width, right: -1, top: -1, bottom: -1, pixels: 0 };
  for (const [i, value] of picture.entries()) {
    if (value < 100) continue;
    const x = i % width;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    if (box.top < 0) box.top = Math.floor(i / width);
    box.bottom = Math.floor(i / width);
    box.pixels++;
  }
  return box;
}

const TITLES: [what: string, title: string][] = [
  ['Latin', 'Internationaler Kongress: Zukunft der Übersetzung'],
  ['Chinese', '全球多语言会议:翻译的未来与人工智能'],
  ['Japanese, with a rare character', '第十二回 国際多言語会議、𠮷野で開催'],
  ['Korean', '제12회 국제 다국어 회의와 통역의 미래'],
  ['Arabic', 'المؤتمر الدولي متعدد اللغات ومستقبل الترجمة'],
  ['Hebrew and Latin', 'הכנס הבינלאומי SRT 2026'],
  ['Hindi, Thai, Tamil, Georgian', 'बहुभाषी सम्मेलन การประชุม மாநாடு კონფერენცია'],
  ['emoji, joined and flags', 'Party 🎉👨‍👩‍👧‍👦🇪🇺🧑🏽‍💻🥳'],
  ['emoji only', '🎉'.repeat(60)],
  ['26 wide letters', 'W'.repeat(26)],
  ['200 wide letters', 'W'.repeat(200)],
  ['200 full-width letters', '\uFF37'.repeat(200)],
  ['200 Chinese characters', '議'.repeat(200)],
  ['widest character there is', '﷽'.repeat(100)],
  ['a long word between short ones', `a ${'ö'.repeat(120)} b`],
  ['marks on marks', 'Z̴̡̢̛̗̘̙̜̝̞̟̠̣̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄̅̆̇̈̉̊̋̌̍̎̏̐̑̒̓'.repeat(3)],
  ['control and private characters', 'a\u0007b\u202ec\uE000d\u{10FFFE}e\u0000'],
  ['what looks like an option or markup', '--help <b>&amp;</b> %{n} \\N'],
];

describe.skipIf(reason ?? (lacking.length > 0 ? 'fonts' : undefined))(`titles${reason ? ` (${reason})` : ''}`, () => {
  test.each(TITLES)('%s: has all its glyphs and is inside the picture', async (_, title) => {
    const box = ink(await renderTitle(title, folder));
    const drawn = glyphs();
    expect(drawn.filter((glyph) => glyph & UNKNOWN)).toEqual([]);
    expect(drawn.length).toBeGreaterThan(3);
    expect(box.width).toBe(TITLE.width);
    expect(box.height).toBeLessThanOrEqual(TITLE.height);
    expect(box.pixels).toBeGreaterThan(200);
    // Nothing touches the edges: what does is cut off.
    expect(box.left).toBeGreaterThan(0);
    expect(box.right).toBeLessThan(TITLE.width - 1);
  });
  test('an unknown character would be seen by this test', async () => {
    await renderTitle('x', folder);
    execFileSync('bash', ['-c', `printf '\\xf4\\x8f\\xbf\\xbe' > ${join(folder, 'title.txt')}`]);
    expect(glyphs().filter((glyph) => glyph & UNKNOWN).length).toBe(1);
  });
  test('a title that nothing can be shown of is no failure', async () => {
    expect(ink(await renderTitle('\u0007', folder)).pixels).toBe(0);
  });
});
