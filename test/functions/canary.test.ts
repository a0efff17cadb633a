import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { disguises } from '../support/disguises.ts';
import { World } from '../system/world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Every file below a folder, as bytes. */
function* files(folder: string): Generator<[path: string, content: Buffer]> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield [path, readFileSync(path)];
  }
}

interface Request {
  host?: string;
  url?: string;
  path?: string;
}

test('stream keys are in the vault and nowhere else, passwords also in the one request that needs them', async () => {
  world = await World.create({ seed: 'canary' });
  const { dataDir, log } = world;
  // A slash, a plus and a quote, so that every encoding differs from the plain text.
  const keys = { original: 'canary/key+of"original', french: 'canary/key+of"french' };
  const body = { event: 'canary', languages: ['original', 'french'], youtubeKeys: keys };
  const answers = [await world.call('POST', '/api/deploy', body, { 'idempotency-key': 'one' })];
  await world.until('canary', ['live']);
  const credentials = await world.call<{ mixers: { password: string }[]; srtUrl: string }>(
    'GET',
    '/api/events/canary/credentials',
  );
  const passwords = credentials.body.mixers.map(({ password }) => password);
  const passphrase = new URL(credentials.body.srtUrl).searchParams.get('passphrase') ?? '';
  expect([...passwords, passphrase].every((secret) => secret.length >= 20)).toBe(true);
  answers.push(
    await world.call('GET', '/api/status/canary'),
    await world.call('GET', '/api/events/canary/journal'),
    await world.call('POST', '/api/deploy', { ...body, languages: ['original'] }),
    await world.call('POST', '/api/deploy', { ...body, youtubeKeys: { german: keys.french } }),
    await world.call('POST', '/api/events/canary/languages', { add: ['german'], youtubeKeys: { german: keys.french } }),
  );
  await world.pass(600);
  await world.call('POST', '/api/teardown', { event: 'canary', confirm: true });
  await world.until('canary', ['gone']);
  answers.push(await world.call('GET', '/api/events/canary/certificate'));

  const requests = (await world.sim('GET', '/_sim/requests')) as { requests: Request[] };
  const arm = requests.requests.filter((request) => !JSON.stringify(request).includes('vault.azure.net'));
  expect(arm.length).toBeGreaterThan(20);
  const places: [string, string][] = [
    ['the log', log.join('\n')],
    ['an answer', answers.map(({ text }) => text).join('\n')],
    ['a request to ARM', JSON.stringify(arm)],
    ...[...files(dataDir)].map(([path, content]): [string, string] => [path, content.toString('latin1')]),
  ];
  for (const secret of Object.values(keys))
    for (const disguise of disguises(secret))
      for (const [place, text] of places) expect(text.includes(disguise), `${disguise} in ${place}`).toBe(false);
  for (const secret of [...passwords, passphrase])
    for (const disguise of disguises(secret))
      for (const [place, text] of places.filter(([name]) => name !== 'a request to ARM'))
        expect(text.includes(disguise), `a password in ${place}`).toBe(false);
});
