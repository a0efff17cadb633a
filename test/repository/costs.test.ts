/** The tables of monthly costs in the installation guide multiply and add up, and every price says where it is from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const guide = readFileSync(join(import.meta.dirname, '../../docs/operate/install.md'), 'utf8');
const [, section = ''] = /### What it costs a month\n([\s\S]*?)\n###/.exec(guide) ?? [];
const tables = section.split(/\n\n/).filter((part) => part.startsWith('| line |'));
const number = (text: string): number => Number(text.replaceAll(/[*,\s]/g, ''));

test('there are two tables: the smallest installation, and what may come on top', () => {
  expect(tables).toHaveLength(2);
  expect(section).toMatch(/written down on \d{4}-\d\d-\d\d/);
});

describe.each(tables)('%#', (table) => {
  const rows = table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const lines = rows.filter(([name = '']) => !name.startsWith('**'));

  test.each(lines)('%s', (_name, quantity = '', _unit, price = '', amount = '', source = '') => {
    expect(number(amount)).toBeCloseTo(number(quantity) * number(price), 2);
    expect(source).toMatch(/from memory|\]\(https:/);
  });

  test('the sum', () => {
    const [total] = rows.filter(([name = '']) => name.startsWith('**'));
    expect(number(total?.[4] ?? '')).toBeCloseTo(
      lines.reduce((sum, line) => sum + number(line[4] ?? ''), 0),
      2,
    );
  });
});
