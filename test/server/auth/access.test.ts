/** Who may publish and play: roles, keys that are not paths, one publisher on a path, and what withdrawal does. */
import { expect, test } from 'vitest';
import { Clock, memoryStore, publisher, reader, service, TOKENS } from './support.ts';

const no = (reason: string) => ({ allow: false, reason });

test('a publisher’s key leads to the path that others see, and to nothing else', async () => {
  const { grant, ask, access } = await service();
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  await grant(reader('ben', 'stage', 'camera-*'), TOKENS.ben);
  expect(await ask('1', 'publish', TOKENS.anna)).toEqual({ allow: true, path: 'stage', user: 'anna' });
  expect(await ask('2', 'play', 'stage', { token: TOKENS.ben })).toEqual({ allow: true, path: 'stage', user: 'ben' });
  expect(await ask('3', 'play', 'camera-7', { token: TOKENS.ben })).toMatchObject({ allow: true, path: 'camera-7' });
  expect(access.list().sessions).toMatchObject([
    { path: 'stage', user: 'anna' },
    { user: 'ben' },
    { path: 'camera-7' },
  ]);
  // Whoever knows the path alone cannot send to it, and a reader's token does not open it for sending.
  expect(await ask('4', 'publish', 'stage')).toEqual(no('unknown'));
  expect(await ask('4', 'publish', 'stage', { token: TOKENS.ben })).toEqual(no('role'));
  expect(await ask('4', 'publish', TOKENS.ben)).toEqual(no('role'));
  expect(await ask('4', 'publish', 'other', { token: TOKENS.anna })).toEqual(no('path'));
  expect(await ask('4', 'play', 'stage', { token: TOKENS.anna })).toEqual(no('role'));
  expect(await ask('4', 'play', 'backstage', { token: TOKENS.ben })).toEqual(no('path'));
  expect(await ask('4', 'play', TOKENS.ben)).toEqual(no('path'));
});

test('two on one path: the second is refused, until the first is over or unheard of', async () => {
  const { grant, ask, access, clock } = await service();
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  await grant(publisher('eve', 'stage'), TOKENS.eve);
  const [one, two] = await Promise.all([ask('1', 'publish', TOKENS.anna), ask('2', 'publish', TOKENS.eve)]);
  expect([one.allow, two]).toEqual([true, no('taken')]);
  expect(await ask('3', 'publish', TOKENS.anna)).toEqual(no('taken'));
  access.done('1');
  expect(await ask('2', 'publish', TOKENS.eve)).toMatchObject({ allow: true });
  // It asks again every two seconds, and so it holds.
  for (let i = 0; i < 10; i++) {
    clock.pass(2_000);
    expect(await ask('2', 'publish', TOKENS.eve)).toMatchObject({ allow: true });
  }
  expect(await ask('1', 'publish', TOKENS.anna)).toEqual(no('taken'));
  clock.pass(10_001);
  expect(await ask('1', 'publish', TOKENS.anna)).toMatchObject({ allow: true });
});

test('what is withdrawn is refused at once, and what runs by it when it asks again', async () => {
  const { grant, ask, access } = await service();
  const { user } = (await grant(publisher('anna', 'stage'), TOKENS.anna)) as { user: { tokens: { id: string }[] } };
  await grant(publisher('anna', 'stage'), TOKENS.dora);
  await ask('1', 'publish', TOKENS.anna);
  expect(await access.withdraw('anna', user.tokens[0]?.id)).toEqual({ withdrawn: true, ended: 1 });
  expect(await ask('1', 'publish', TOKENS.anna)).toEqual(no('unknown'));
  expect(await ask('2', 'publish', TOKENS.dora)).toMatchObject({ allow: true });
  expect(await access.withdraw('anna')).toEqual({ withdrawn: true, ended: 1 });
  expect(await ask('2', 'publish', TOKENS.dora)).toEqual(no('unknown'));
  expect(await access.withdraw('anna')).toEqual({ withdrawn: false, ended: 0 });
});

test('a changed role or path holds for what runs too', async () => {
  const { grant, ask } = await service();
  await grant(reader('ben', '*'), TOKENS.ben);
  await ask('1', 'play', 'stage', { token: TOKENS.ben });
  await grant(reader('ben', 'other'), TOKENS.ben);
  expect(await ask('1', 'play', 'stage', { token: TOKENS.ben })).toEqual(no('path'));
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  await ask('2', 'publish', TOKENS.anna);
  await grant(publisher('anna', 'moved'), TOKENS.anna);
  expect(await ask('2', 'publish', TOKENS.anna)).toEqual(no('path'));
  expect(await ask('2', 'publish', TOKENS.anna)).toMatchObject({ allow: true, path: 'moved' });
});

test('passwords: right, wrong, withdrawn; kept as a hash, and no token stands in what is kept', async () => {
  const store = memoryStore();
  const { grant, ask, access } = await service(store);
  await grant({ ...reader('ben', '*'), password: 'correct-horse-1' }, TOKENS.ben);
  const login = { user: 'ben', password: 'correct-horse-1' };
  expect(await ask('1', 'play', 'stage', login)).toMatchObject({ allow: true });
  expect(await ask('2', 'play', 'stage', { ...login, password: 'correct-horse-2' })).toEqual(no('unknown'));
  expect(await ask('2', 'play', 'stage', { ...login, user: 'nobody' })).toEqual(no('unknown'));
  expect(JSON.stringify([...store.kept])).not.toMatch(new RegExp(`correct-horse|${TOKENS.ben}`));
  expect(JSON.stringify(access.list())).not.toMatch(/scrypt|correct-horse/);
  // Changed: what runs by the old one is over.
  await grant({ ...reader('ben', '*'), password: 'other-horse-12' }, TOKENS.ben);
  expect(await ask('1', 'play', 'stage', login)).toEqual(no('unknown'));
});

test('a session’s name does not let anybody else in', async () => {
  const { grant, ask } = await service();
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  await ask('1', 'publish', TOKENS.anna);
  expect(await ask('1', 'publish', 'stage')).toEqual(no('unknown'));
  expect(await ask('1', 'publish', TOKENS.eve)).toEqual(no('unknown'));
});

test('after a restart users are there, and what runs goes on by asking', async () => {
  const store = memoryStore();
  const clock = new Clock();
  const first = await service(store, clock);
  await first.grant(publisher('anna', 'stage'), TOKENS.anna);
  await first.ask('1', 'publish', TOKENS.anna);
  const second = await service(store, clock);
  expect(await second.ask('1', 'publish', TOKENS.anna)).toMatchObject({ allow: true, path: 'stage' });
  expect(await second.ask('2', 'publish', TOKENS.anna)).toEqual(no('taken'));
});

test('who guesses is not listened to for a minute; others are', async () => {
  const { grant, ask, clock } = await service();
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  for (let i = 0; i < 20; i++) await ask(`${i}`, 'publish', 'c'.repeat(40));
  expect(await ask('21', 'publish', TOKENS.anna)).toEqual(no('busy'));
  expect(await ask('21', 'publish', TOKENS.anna, { from: '192.0.2.2' })).toMatchObject({ allow: true });
  clock.pass(60_001);
  expect(await ask('21', 'publish', TOKENS.anna)).toMatchObject({ allow: true });
});

test.each([
  ['../stage'],
  ['stage/../../x'],
  ['stage?token=1'],
  ['Stage'],
  [''],
  ['-stage'],
  ['__proto__'],
  ['stage\u0000'],
  ['stage\n'],
  ['*'],
  ['a'.repeat(41)],
  [`${'a'.repeat(40)}\n`],
])('a name that is none is refused: %j', async (name) => {
  const { grant, ask } = await service();
  await grant({ name: 'root', role: 'admin', paths: [] }, TOKENS.dora);
  expect(await ask('1', 'publish', name, { token: TOKENS.dora })).toMatchObject({ allow: false });
});

test.each([
  ['#!::r=stage,m=publish,s=TOKEN', 'publish', true],
  ['#!::m=publish,s=TOKEN,r=stage,x_company=1', 'publish', true],
  ['TOKEN', 'publish', true],
  ['stage/TOKEN', 'publish', true],
  // How it is meant must be how it came: a publisher's id does not play, and what says nothing is a request.
  ['#!::r=stage,m=publish,s=TOKEN', 'play', false],
  ['#!::r=stage,s=TOKEN', 'publish', false],
  ['#!::r=stage,m=bidirectional,s=TOKEN', 'publish', false],
  ['#!::r=stage,r=other,m=publish,s=TOKEN', 'publish', false],
  ['#!::m=publish,s=TOKEN', 'publish', false],
  ['#!::', 'publish', false],
  ['#!::r=other,m=publish,s=TOKEN', 'publish', false],
  ['#!::r=stage,m=publish,u=anna,s=TOKEN', 'publish', false],
  ['#!::r=stage,m=publish,u=__proto__,s=', 'publish', false],
  ['stage/TOKEN/more', 'publish', false],
  ['stage', 'publish', false],
  ['', 'publish', false],
] as const)('SRT stream id %j to %s: %s', async (id, call, allowed) => {
  const { grant, ask } = await service();
  await grant(publisher('anna', 'stage'), TOKENS.anna);
  const verdict = await ask('1', call, id.replace('TOKEN', TOKENS.anna), { protocol: 'srt' });
  expect(verdict.allow).toBe(allowed);
});

test('limits: tokens of one user', async () => {
  const { grant } = await service();
  for (let i = 0; i < 20; i++) await grant(publisher('anna', 'stage'), `${i}`.padStart(40, '0'));
  expect(await grant(publisher('anna', 'stage'), TOKENS.eve)).toEqual({ full: expect.stringContaining('withdraw') });
  // The same token once more is no new one.
  expect(await grant(publisher('anna', 'stage'), '0'.repeat(40))).toMatchObject({ token: expect.any(String) });
});
