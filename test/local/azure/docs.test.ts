import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { render } from '../../../scripts/simulator-docs.ts';

test('the tables of docs/simulator.md are those of the code', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/simulator.md'), 'utf8');
  expect(await render(page), 'run: node scripts/simulator-docs.ts').toBe(page);
});
