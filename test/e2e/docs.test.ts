import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { ROOT } from './stack.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGES = [
  'README.md',
  'AGENTS.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('documents', () => {
  it('docs/operate/install.md has every setting the app reads', () => {
    const settings = [...read('azure/settings.ts').matchAll(/^ {4}([A-Z][A-Z_]+): /gm)].map(([, name = '']) => name);
    expect(settings.length).toBeGreaterThan(15);
    const page = read('docs/operate/install.md');
    // App Service sets this one itself.
    expect(settings.filter((name) => name !== 'WEBSITE_SITE_NAME' && !page.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(PAGES)('%s: names only commands and options there are', (page) => {
    const lines = [...read(page).matchAll(/(?:^|[`$ ])stream-control ([a-z][^`\n|#]*)/gm)].map(([, line = '']) =>
      line.replaceAll(/\\\n */g, ' '),
    );
    const wrong = lines.filter((line) => {
      const words = line.trim().split(/\s+/);
      const known =
        commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
        commands.find(({ name }) => name === words[0]);
      const options = words
        .filter((word) => /^--[a-z]/.test(word))
        .map((word) => word.replace(/^--|=.*|[^a-z-].*$/g, ''));
      const global = ['url', 'token', 'scope', 'output', 'progress', 'help'];
      return !known
        ? /^[a-z]+$/.test(words[0] ?? '') && line.includes(' --')
        : options.some((option) => !(option in known.options) && !global.includes(option));
    });
    expect(wrong).toEqual([]);
  });
});
