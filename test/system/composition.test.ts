import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Asked, armRequests } from './arm-requests.ts';

const before = JSON.parse(
  readFileSync(new URL('../fixtures/arm/multilingual-1.json', import.meta.url), 'utf8'),
) as Asked[];

/** Since then a mixer is told which sound of the programme is its language's. */
function withoutSound(asked: Asked): Asked {
  const { properties } = (asked.body ?? {}) as { properties?: { userData?: { audio?: string } } };
  if (!properties?.userData) return asked;
  const { audio, ...userData } = properties.userData;
  expect(['floor', 'es', 'fr']).toContain(audio);
  return { ...asked, body: { ...(asked.body as object), properties: { ...properties, userData } } };
}

it('a composition asks Azure for what version 1 asked for, resource by resource', { timeout: 240_000 }, async () => {
  const now = await armRequests({
    languages: ['original', 'spanish', 'french'],
    youtubeKeys: ['aaaa-1111', 'bbbb-2222', 'cccc-3333'],
    operatorCidrs: ['203.0.113.7/32'],
    title: 'Arm event',
  });
  expect(now.map(({ path }) => path)).toEqual(before.map(({ path }) => path));
  for (const [index, asked] of now.entries()) expect(withoutSound(asked), asked.path).toEqual(before[index]);
});
