import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where the title may be in the slate's 1280x720, pixels; below it is the moving line. */
export const TITLE = { width: 1120, height: 380, middle: 300 } as const;
/** Tried from large to small until the whole title fits. */
const SIZES = [60, 50, 42, 36, 30];
/** Pango takes from the first what it can and looks for a font for each of the rest: Chinese, Arabic, emoji. */
const FONTS = 'Noto Sans,DejaVu Sans';

/**
 * Draws a title as people of any language would set it: right to left where its script is, broken between words or else between
 * characters, as large as fits, and with an ellipsis when even the smallest does not. Lengths of text tell nothing: pixels do.
 * @param folder where title.png is written. @returns its path
 * @throws Error when pango-view is missing or fails
 */
export async function renderTitle(title: string, folder: string): Promise<string> {
  const file = join(folder, 'title.png');
  const text = join(folder, 'title.txt');
  const shown = printable(title);
  await writeFile(text, shown || ' ');
  const draw = async (size: number, ...more: string[]) => {
    const font = [
      `--font=${FONTS} ${size}`,
      '--pixels',
      '--foreground=#e8ecf1',
      '--background=transparent',
      '--margin=0',
    ];
    const layout = [`--width=${TITLE.width}`, '--wrap=word-char', '--align=center', `--language=${language(shown)}`];
    await promisify(execFile)('pango-view', ['-q', `--output=${file}`, ...font, ...layout, ...more, text], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      timeout: 60_000,
    });
    return heightOf(await readFile(file));
  };
  for (const size of SIZES) if ((await draw(size)) <= TITLE.height) return file;
  // Lines differ in height, by script: as many as fit.
  const smallest = SIZES.at(-1) ?? 0;
  for (let lines = Math.floor(TITLE.height / smallest); lines > 0; lines--)
    if ((await draw(smallest, '--ellipsize=end', `--height=-${lines}`)) <= TITLE.height) return file;
  throw new Error('the title does not fit');
}

/** Without what no font has a picture for: control characters, private and unassigned ones. */
const printable = (title: string): string =>
  title
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/gu, '')
    .trim();

/** Han characters look different in Japanese, Korean and Chinese; which are meant shows in what stands beside them. */
const language = (text: string): string =>
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? 'ja' : /\p{Script=Hangul}/u.test(text) ? 'ko' : 'zh-cn';

/** Of a PNG (ISO/IEC 15948, 11.2.2: IHDR comes first). */
const heightOf = (png: Buffer): number => png.readUInt32BE(20);
