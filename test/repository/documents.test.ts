/** Documents lead somewhere, say what the code says, and the code cites none that is not here. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isStale, PAGES } from '../../scripts/reference/main.ts';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
/** What is in the repository, or will be with the next commit. */
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)) && !path.startsWith('test/fixtures/'));
/** What documents name and a command writes. */
const MADE = ['bicep/main.json'];
const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'));

/** The anchors that a page's headings have. */
const anchors = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links of a page that lead nowhere, by file and by heading. */
function dead(page: string, content: string): string[] {
  const links = [...content.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((link) => {
    const [file = '', anchor] = link.split('#');
    const path = file === '' ? page : join(dirname(page), file);
    if (!existsSync(join(root, path))) return true;
    return anchor !== undefined && path.endsWith('.md') && !anchors(text(path)).includes(anchor);
  });
}

describe('documents', () => {
  test.each(DOCUMENTS)('%s: links lead somewhere', (page) => {
    expect(dead(page, text(page))).toEqual([]);
  });
  test('a dead link is seen, to a file and to a heading', () => {
    const page =
      '[a](nowhere.html) [b](docs/architecture.md#rooms) [c](docs/architecture.md#nowhere) [d](https://x.example)';
    expect(dead('README.md', page)).toEqual(['nowhere.html', 'docs/architecture.md#nowhere']);
  });
  // What was says what was; everything else names files that are.
  test.each(DOCUMENTS.filter((page) => page !== 'CHANGELOG.md'))('%s: paths lead somewhere', (page) => {
    const rooms =
      'activities|azure|bench|bicep|cli|contract|dashboard|docs|domain|durable|entities|examples|functions|local|mixer|orchestrations|ports|relay|scripts|server|templates|test';
    const paths = [...text(page).matchAll(new RegExp(`\`((?:${rooms})/[\\w./-]*)\``, 'g'))].map(
      ([, path = '']) => path,
    );
    expect(
      paths.filter(
        (path) => !MADE.includes(path) && !existsSync(join(root, path)) && !existsSync(join(root, dirname(page), path)),
      ),
    ).toEqual([]);
  });
  test.each(PAGES)('docs/reference/$file says what its source says', async (page) => {
    expect(await isStale(page), 'run: node scripts/reference/main.ts').toBe(false);
  });
});

test('no file cites a document that is not in the repository', () => {
  const cited = FILES.filter(
    (path) => /\.(?:ts|mjs|js|c|h|bicep|ya?ml|ps1|sh|json)$/.test(path) && path !== 'package-lock.json',
  ).flatMap((path) =>
    [...text(path).matchAll(/(?<![\w./~*}$`'-])((?:[\w-]+\/)*[\w-]+\.md)\b/g)].flatMap(([, name = '']) =>
      [name, join(dirname(path), name), `docs/reference/${name}`].some((one) => existsSync(join(root, one)))
        ? []
        : [`${path}: ${name}`],
    ),
  );
  expect(cited).toEqual([]);
});
