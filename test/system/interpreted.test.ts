/** Events whose languages need no machine: from one request to nothing left, through what befalls light mixers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, journal, leftovers, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

const GROUP = 'Microsoft.ContainerInstance/containerGroups';
const LANGUAGES = ['original', 'spanish', 'french'];
const keysOf = (event: string, languages = LANGUAGES) =>
  Object.fromEntries(languages.map((language) => [language, `canary-${event}-${language}`]));
const request = (event: string, more: object = {}) => ({
  ...{ template: 'interpreted', languages: LANGUAGES, youtubeKeys: keysOf(event) },
  ...more,
});

type Mixer = { language: string; reconnects: number; acceptedPictures: number; problems: { code: string }[] };
interface Relay {
  health: { wishes: { wish: string; callers: number; track: number | null }[] };
}

let world: World;
const metricsOf = async (event: string) =>
  (await world.call<{ mixers: Mixer[]; relay: Relay }>('GET', `/api/events/${event}/metrics`)).body;
const mixersOf = async (event: string) =>
  Object.fromEntries((await metricsOf(event)).mixers.map((mixer) => [mixer.language, mixer]));
const soundsOf = (status: Record<string, unknown>) =>
  Object.fromEntries(
    (status.connection as { mixers: { language: string; audio: string }[] }).mixers.map((one) => [
      one.language,
      one.audio,
    ]),
  );
const statusOf = async (event: string) => (await world.call('GET', `/api/status/${event}`)).body;
/** Lets time pass until the event is well and its relay has the backup on air: one that crashes is up and down again before it is helped. */
async function backupOnAir(event: string): Promise<void> {
  for (let waited = 0; waited < 3600; waited += 30) {
    await world.pass(30);
    const { state, presenters } = await statusOf(event);
    const { onAir, wanted } = (presenters ?? {}) as { onAir?: string; wanted?: string };
    if (state === 'live' && onAir === 'backup' && wanted === 'backup') return;
  }
  expect(await statusOf(event)).toMatchObject({ state: 'live', presenters: { onAir: 'backup', wanted: 'backup' } });
}
const languages = async (event: string, body: object) => {
  const { body: accepted } = await world.call('POST', `/api/events/${event}/languages`, body);
  return await settled(world, String(accepted.operationId));
};

beforeAll(async () => {
  world = await World.create({ seed: 'interpreted' });
});
afterAll(() => world?.stop());

describe('an interpreted event', { timeout: 240_000 }, () => {
  it('is live when its destinations have accepted picture and sound, in about a minute', async () => {
    const began = world.clock.now();
    const plan = await world.call<{ checks: { name: string; detail: string }[] }>('POST', '/api/plan', {
      ...{ event: 'demo', ...request('demo'), audio: { french: 'spa' } },
    });
    expect(plan.body.checks).toContainEqual({
      ...{ name: 'sound', outcome: 'warn', detail: 'spanish and french have the same sound, es' },
    });
    expect(plan.body.checks).toContainEqual({
      name: 'far end',
      outcome: 'pass',
      detail: 'live when picture and sound have arrived from light-original, light-spanish, light-french',
    });
    await deploy(world, 'demo', request('demo', { audio: { french: 2 } }));
    const live = await world.until('demo', ['live', 'failed'], 600, 1);
    expect(live).toMatchObject({ state: 'live', languages: LANGUAGES });
    expect((world.clock.now() - began) / 1000).toBeLessThan(90);
    for (const { acceptedPictures } of Object.values(await mixersOf('demo')))
      expect(acceptedPictures).toBeGreaterThan(0);
    expect(soundsOf(live)).toEqual({ original: 'floor', spanish: 'es', french: '2' });
    const types = (await world.resources()).map(({ type }) => type);
    expect(types.filter((type) => /virtualMachines|publicIPAddresses|virtualNetworks/.test(type))).toEqual([]);
  });

  it('has no stream key in any request but those to the vault', () => {
    const { state } = world.simulator.snapshot();
    expect(JSON.stringify(state)).not.toContain('canary-demo');
    expect(world.log.join('\n')).not.toContain('canary-demo');
  });

  it('gives a language another sound while it is live, and says what may be a mistake', async () => {
    const { status, body } = await world.call<{ notes: string[] }>('POST', '/api/events/demo/languages', {
      audio: { french: 'deu', spanish: 9 },
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { audio: { french: 'deu', spanish: '9' } } });
    expect(body.notes).toEqual([
      expect.stringMatching(/^the programme has no sound 9 now, spanish gets the floor's.*4 \(deu\)$/),
    ]);
    await world.pass(25);
    expect((await metricsOf('demo')).relay.health.wishes).toEqual(
      expect.arrayContaining([
        { wish: 'de', callers: 1, track: 4 },
        { wish: '9', callers: 1, track: null },
      ]),
    );
    expect(soundsOf(await statusOf('demo'))).toMatchObject({ french: 'deu', spanish: '9' });
    for (const { reconnects } of Object.values(await mixersOf('demo'))) expect(reconnects).toBe(0);
    const lines = await journal(world, 'demo');
    expect(lines).toContain('command audio deu french by local');
    const wrong = await world.call('POST', '/api/events/demo/languages', { audio: { french: 17, german: 'deu' } });
    expect(wrong).toMatchObject({ status: 400, text: expect.stringMatching(/track from 1 to 16/) });
  });

  it('switches between its presenters, and shows who is on air', async () => {
    expect((await statusOf('demo')).presenters).toMatchObject({
      onAir: 'main',
      wanted: 'auto',
      backup: { connected: true },
    });
    const told = await world.call('POST', '/api/events/demo/source', { active: 'backup' });
    expect(told).toMatchObject({ status: 200, body: { component: 'relay', wanted: 'backup' } });
    await world.pass(5);
    expect((await statusOf('demo')).presenters).toMatchObject({ onAir: 'backup', wanted: 'backup' });
    await world.pass(1);
    await world.call('POST', '/api/events/demo/source', { active: 'auto' });
    await world.pass(5);
    expect((await statusOf('demo')).presenters).toMatchObject({ onAir: 'main', wanted: 'auto' });
    expect((await world.call('POST', '/api/events/demo/source', { active: 'third' })).status).toBe(400);
    const lines = await journal(world, 'demo');
    expect(lines.filter((line) => /^command source/.test(line))).toEqual([
      'command source backup by local',
      'command source auto by local',
    ]);
  });

  it.each(['silent', 'crash-loop', 'unhealthy'])(
    'its relay, %s and started anew, is told again who is wanted; mixers go on by themselves',
    async (fault) => {
      const relay = (await world.resources()).find(({ name }) => /^relay-demo/.test(name))?.id;
      const told = await world.call('POST', '/api/events/demo/source', { active: 'backup' });
      expect(told.status, told.text).toBe(200);
      await world.sim('POST', '/_sim/alerts', { resource: relay, fault });
      await world.until('demo', ['degraded', 'remediating'], 900, 1);
      expect((await statusOf('demo')).presenters).toBeNull();
      await backupOnAir('demo');
      for (const mixer of Object.values(await mixersOf('demo')))
        expect(mixer).toMatchObject({ problems: [], reconnects: 0 });
      expect((await metricsOf('demo')).relay.health.wishes).toHaveLength(2);
      await world.call('POST', '/api/events/demo/source', { active: 'auto' });
      await world.pass(5);
    },
  );

  it('tells a relay that does not answer as soon as it does', async () => {
    const relay = (await world.resources()).find(({ name }) => /^relay-demo/.test(name))?.id;
    await world.sim('POST', '/_sim/alerts', { resource: relay, fault: 'crash-loop' });
    await world.until('demo', ['degraded', 'remediating'], 900, 1);
    const told = await world.call('POST', '/api/events/demo/source', { active: 'backup' });
    expect(told).toMatchObject({ status: 503, body: { detail: expect.stringMatching(/^relay is not told yet/) } });
    await backupOnAir('demo');
    await world.call('POST', '/api/events/demo/source', { active: 'auto' });
    await world.pass(5);
  });

  it('takes in a language and lets one go, and touches nothing else', async () => {
    const before = await mixersOf('demo');
    const add = { add: ['german'], audio: { german: 4 }, youtubeKeys: keysOf('demo', ['german']) };
    expect(await languages('demo', add)).toMatchObject({ outcome: 'done' });
    expect(await languages('demo', { remove: ['original'] })).toMatchObject({ outcome: 'done' });
    await world.pass(30);
    const after = await mixersOf('demo');
    expect(Object.keys(after)).toEqual(['spanish', 'french', 'german']);
    for (const language of ['spanish', 'french']) {
      expect(after[language]?.reconnects).toBe(0);
      expect(after[language]?.acceptedPictures).toBeGreaterThan(before[language]?.acceptedPictures ?? 0);
    }
    expect(await createdTwice(world)).toEqual([]);
    expect(secretNames(world).filter((name) => name.endsWith('-original'))).toEqual([]);
  });

  it('leaves a certificate and nothing else', async () => {
    await teardown(world, 'demo');
    await world.until('demo', ['gone']);
    const { body } = await world.call<{ resources: { name: string }[] }>('GET', '/api/events/demo/certificate');
    expect(body.resources.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['light-german-demo-westeurope', 'light-original-demo-westeurope']),
    );
    expect(await leftovers(world)).toEqual([]);
  });
});

describe('a light mixer', { timeout: 240_000 }, () => {
  const FAULTS = [
    { event: 'dies', kind: 'crash-loop', reason: /^light-french: no heartbeat since/ },
    { event: 'mute', kind: 'silent', reason: /^light-french: no heartbeat since/ },
    { event: 'cut', kind: 'unhealthy', reason: /^light-french: .*stream/ },
  ];
  it.each(FAULTS)('that $event is named, started anew, and no other is touched', async ({ event, kind, reason }) => {
    await deploy(world, event, request(event));
    await world.until(event, ['live']);
    const match = { type: GROUP, name: `light-french-${event}*` };
    await world.sim('PUT', '/_sim/faults', [{ match, times: 1, outcome: { kind } }]);
    const degraded = await world.until(event, ['degraded', 'remediating'], 900, 2);
    expect((degraded.health as { reasons: string[] }).reasons).toEqual([expect.stringMatching(reason)]);
    await world.until(event, ['live'], 3600);
    await world.pass(30);
    const { french, ...others } = await mixersOf(event);
    expect(french?.acceptedPictures).toBeGreaterThan(0);
    for (const other of Object.values(others)) expect(other).toMatchObject({ reconnects: 0, problems: [] });
    await teardown(world, event);
    await world.until(event, ['gone']);
  });

  it('whose key is refused says so until it has another, and no other is touched', async () => {
    const event = 'refused';
    await deploy(world, event, request(event));
    await world.until(event, ['live']);
    const match = { type: GROUP, name: `light-french-${event}*` };
    const outcome = { kind: 'unhealthy', code: 'StreamRefused', message: 'the key is not known' };
    await world.sim('PUT', '/_sim/faults', [{ match, times: 1, outcome }]);
    const degraded = await world.until(event, ['degraded', 'remediating'], 900, 2);
    expect((degraded.health as { reasons: string[] }).reasons.join()).toMatch(/the key is not known/);
    // No restart helps; a key that is taken does.
    await world.pass(20 * 60);
    expect((await mixersOf(event)).french?.problems).toMatchObject([{ code: 'stream-refused' }]);
    const keys = await world.call('POST', `/api/events/${event}/keys`, {
      youtubeKeys: { french: 'canary-new-french' },
    });
    expect(keys.status, keys.text).toBe(200);
    await world.until(event, ['live'], 3600);
    const { french: _, ...others } = await mixersOf(event);
    for (const other of Object.values(others)) expect(other).toMatchObject({ reconnects: 0, problems: [] });
    await teardown(world, event);
    await world.until(event, ['gone']);
  });

  it('that delivers nothing does not count as live', async () => {
    const event = 'nothing';
    const match = { type: GROUP, name: `light-french-${event}*` };
    const outcome = { kind: 'unhealthy', code: 'StreamRefused', message: 'the key is not known' };
    await world.sim('PUT', '/_sim/faults', [{ match: { ...match, operation: 'create' }, outcome }]);
    await deploy(world, event, request(event));
    const failed = await world.until(event, ['live', 'failed'], 3600);
    expect(failed.state).toBe('failed');
    expect((await journal(world, event)).join('\n')).toMatch(/check-light-french: .*the key is not known/);
    expect(await leftovers(world)).toEqual([]);
  });

  it('waits for nothing where there are no keys', async () => {
    const { youtubeKeys: _, ...rest } = request('idle');
    await deploy(world, 'idle', rest);
    expect((await world.until('idle', ['live', 'failed'], 600)).state).toBe('live');
    expect((await mixersOf('idle')).french).toMatchObject({ streaming: false, problems: [] });
    await teardown(world, 'idle');
    await world.until('idle', ['gone']);
  });
});

it('one language of a multilingual event may do without a machine', { timeout: 240_000 }, async () => {
  const { template: _, ...rest } = request('mixed', { mixing: { french: 'light' } });
  await deploy(world, 'mixed', rest);
  const live = await world.until('mixed', ['live', 'failed']);
  expect(live).toMatchObject({ state: 'live', languages: LANGUAGES });
  const components = (live.connection as { mixers: { component: string }[] }).mixers.map(({ component }) => component);
  expect(components).toEqual(['mixer-original', 'mixer-spanish', 'light-french']);
  const machines = (await world.resources()).filter(({ type }) => /virtualMachines$/i.test(type));
  expect(machines.map(({ name }) => name).sort()).toEqual(['mixer-original-mixed', 'mixer-spanish-mixed']);
  const add = { add: ['german'], mixing: { german: 'light' }, youtubeKeys: keysOf('mixed', ['german']) };
  expect(await languages('mixed', add)).toMatchObject({ outcome: 'done' });
  expect(await languages('mixed', { remove: ['german'] })).toMatchObject({ outcome: 'done' });
  expect(await createdTwice(world)).toEqual([]);
  await teardown(world, 'mixed');
  await world.until('mixed', ['gone']);
  expect(await leftovers(world)).toEqual([]);
});
