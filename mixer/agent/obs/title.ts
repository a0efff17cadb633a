/** The title on a mixer's own slate: OBS draws it with one font and in one line unless told otherwise, and scales it into its box. */

/** Columns of a line; Chinese, Japanese, Korean and full-width characters and emoji take two. */
const COLUMNS = 28;
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303e\uff01-\uff60]/u;

/** Per script a font that has it: on Windows it comes with the system, on Linux with the packages of fonts-noto-*. */
const FONTS: [script: RegExp, windows: string, linux: string][] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'Yu Gothic UI', 'Noto Sans CJK JP'],
  [/\p{Script=Hangul}/u, 'Malgun Gothic', 'Noto Sans CJK KR'],
  [/\p{Script=Han}/u, 'Microsoft YaHei UI', 'Noto Sans CJK SC'],
  [/[\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}]/u, 'Nirmala UI', 'Noto Sans Devanagari'],
  [/\p{Script=Thai}/u, 'Leelawadee UI', 'Noto Sans Thai'],
];

export function titleSettings(title: string, platform: NodeJS.Platform = process.platform) {
  const found = FONTS.find(([script]) => script.test(title));
  const [, windows, linux] = found ?? [undefined, 'Segoe UI', 'DejaVu Sans'];
  return { text: broken(title), font: { face: platform === 'win32' ? windows : linux, size: 96, style: 'Regular' } };
}

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Breaks between words, and inside of what is longer than a line. */
export function broken(title: string): string {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const feed = () => {
    if (line) lines.push(line);
    line = '';
    used = 0;
  };
  for (const word of title.split(/\s+/u).filter(Boolean)) {
    const characters = [...segments.segment(word)].map(({ segment }) => ({
      segment,
      columns: WIDE.test(segment) ? 2 : 1,
    }));
    const whole = characters.reduce((sum, { columns }) => sum + columns, 0);
    if (line && used + 1 + whole > COLUMNS) feed();
    if (line) {
      line += ' ';
      used++;
    }
    for (const { segment, columns } of characters) {
      if (used + columns > COLUMNS) feed();
      line += segment;
      used += columns;
    }
  }
  feed();
  return lines.join('\n');
}
