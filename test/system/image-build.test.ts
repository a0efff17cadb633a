/** Builds of the mixers' image, end to end: what they leave, what they cost, what becomes of them when something breaks. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Build, BuildAccepted } from '../../contract/api/image-builds.ts';
import type { Image } from '../../contract/api/images.ts';
import { createSimulator } from '../../local/fleet/simulator.ts';
import { read } from '../chaos/outside.ts';
import { arm, createdTwice, leftovers } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const SHA = 'a'.repeat(64);
const file = (name: string) => ({ url: `https://example.blob.core.windows.net/build/${name}`, sha256: SHA });
const IDENTITY =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer';
const SOURCES = {
  agent: file('agent.tar.gz'),
  obs: file('obs.exe'),
  node: file('node.zip'),
  windowsVersion: '20348.3091.250112',
  identity: IDENTITY,
};
const begin = (more: object = {}) =>
  world.call<BuildAccepted>('POST', '/api/images/mixer/builds', { ...SOURCES, region: 'westeurope', ...more });
const look = async (id: string) => (await world.call<Build>('GET', `/api/images/mixer/builds/${id}`)).body;
const image = async () => (await world.call<Image>('GET', '/api/images/mixer')).body;
const versions = async () =>
  (await image()).versions.map(({ version, osState, proved }) => `${version} ${osState} ${proved}`);

/** What is left beside the versions of the gallery. */
const left = async () => (await leftovers(world)).filter((one) => !/\/galleries\/.*\/versions\//.test(one));

/** Lets time pass until the build has ended. @param each after every look */
async function ended(id: string, each: (build: Build) => Promise<void> = async () => {}, every = 60): Promise<Build> {
  for (let nth = 0; nth < 2000; nth++) {
    const build = await look(id);
    if (build.state !== 'running') return build;
    await each(build);
    await world.pass(every);
  }
  throw new Error(`the build has not ended: ${JSON.stringify(await look(id))}`);
}

describe('a build of the mixers’ image', { timeout: 240_000 }, () => {
  it('leaves two versions that are proved, and nothing else', async () => {
    world = await World.create({ seed: 'image-build' });
    const { status, body } = await begin({ regions: ['northeurope'], keepDays: 90 });
    expect(status).toBe(202);
    expect(body).toMatchObject({ image: 'mixer', version: '1.0.1' });
    expect(await begin()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('1.0.1') } });
    const seen: number[] = [];
    const phases = new Set<string>();
    let early: string[] = [];
    const build = await ended(body.buildId, async ({ phase, progress }) => {
      seen.push(progress);
      phases.add(String(phase));
      if (phase === 'boot') early = await versions();
    });
    expect(build).toMatchObject({ state: 'done', version: '1.0.1', error: null });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect([...phases]).toEqual(expect.arrayContaining(['customise', 'generalised', 'boot', 'capture', 'trial']));
    // Nobody may start from it before it has started a machine.
    expect(early).toEqual(['1.0.1 generalised false', '1.0.0 generalised true']);
    expect(await versions()).toEqual(['1.0.1 specialised true', '1.0.1 generalised true', '1.0.0 generalised true']);
    expect((await image()).versions[0]).toMatchObject({
      endOfLife: '2027-02-19T08:00:00.000Z',
      regions: [
        { region: 'westeurope', state: 'Completed' },
        { region: 'northeurope', state: 'Completed' },
      ],
    });
    expect(build.certificate?.remains).toEqual([]);
    expect(build.certificate?.existed.map(({ type }) => type.split('/').at(-1)).sort()).toEqual(
      expect.arrayContaining(['disks', 'imageTemplates', 'networkInterfaces', 'virtualMachines', 'virtualNetworks']),
    );
    expect(build.certificate?.existed.every(({ removedAt }) => removedAt !== undefined)).toBe(true);
    expect(await left()).toEqual([]);
    expect(build.journal.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['prepare', 'prove-done', 'clean', 'ended']),
    );
    // An hour or so of a small machine.
    expect(build.cost?.total).toBeGreaterThan(0.05);
    expect(build.cost?.total).toBeLessThan(2);
    const told = (await world.instance(`${body.buildId}-built`)).input as { kind: string; text: string };
    expect(told.text).toMatch(
      /^Image mixer 1\.0\.1 is built and proved \(\d+ min, \d\.\d\d USD; nothing else is left\)$/,
    );
    const { body: all } = await world.call<{ builds: Build[] }>('GET', '/api/images/mixer/builds');
    expect(all.builds).toEqual([build]);
    // The next one takes the next number.
    expect((await begin({ specialised: false })).body.version).toBe('1.0.2');
  });

  it('on a version of ours takes that instead of Windows from the marketplace, and only one that is proved and there', async () => {
    world = await World.create({ seed: 'image-from' });
    expect((await begin({ from: '0.9.0' })).body).toMatchObject({
      errors: [{ path: 'from', message: 'there is no generalised version 0.9.0' }],
    });
    const { windowsVersion: _, ...files } = SOURCES;
    const without = await world.call('POST', '/api/images/mixer/builds', { ...files, region: 'westeurope' });
    expect(without).toMatchObject({ status: 400, body: { errors: [{ path: 'windowsVersion' }] } });
    const answer = await world.call<BuildAccepted>('POST', '/api/images/mixer/builds', {
      ...files,
      ...{ from: '1.0.0', region: 'westeurope', specialised: false },
    });
    expect(answer.status).toBe(202);
    let source: unknown;
    const build = await ended(answer.body.buildId, async ({ phase }) => {
      if (phase !== 'customise' || source) return;
      const template = (await world.resources()).find(({ type }) => type.endsWith('imageTemplates'));
      if (!template) return;
      source = JSON.parse((await read(world, template.id.split('/').slice(3).join('/'), '2024-02-01')) ?? '{}')
        .properties?.source;
    });
    expect(source).toMatchObject({
      type: 'SharedImageVersion',
      imageVersionId: expect.stringMatching(/\/galleries\/[^/]+\/images\/mixer\/versions\/1\.0\.0$/),
    });
    expect(build).toMatchObject({ state: 'done', version: '1.0.1', from: '1.0.0' });
    expect(build.journal[0]).toMatchObject({ code: 'prepare' });
    expect(build.journal.map(({ text }) => text).join()).toContain('version 1.0.1 on 1.0.0');
  });

  it('in a region without room fails at once, says so, and tells people', async () => {
    world = await World.create({ seed: 'image-quota' });
    // Room for one machine of two vCPUs, and a build has two at a time.
    await world.sim('PUT', '/_sim/limits', { compute: { 'westeurope/cores': 3 } });
    const { body } = await begin({ vmSize: 'Standard_D2s_v3' });
    const build = await ended(body.buildId, undefined, 5);
    expect(build).toMatchObject({ state: 'failed', error: { code: 'NotEnough' } });
    expect(build.error?.message).toContain('4 vCPUs of cores are needed, 3 are left');
    expect(build.cost?.total).toBe(0);
    expect(await left()).toEqual([]);
    const told = (await world.instance(`${body.buildId}-built`)).input as { kind: string; text: string };
    expect(told.kind).toBe('image');
    expect(told.text).toMatch(/^Image mixer 1\.0\.1 was not built: NotEnough: .*nothing else is left\)$/);
  });

  it('of a generalised version only starts one machine from it and captures none', async () => {
    world = await World.create({ seed: 'image-generalised' });
    const { body } = await begin({ specialised: false, version: '2.0.0' });
    expect(await ended(body.buildId)).toMatchObject({ state: 'done' });
    expect(await versions()).toEqual(['2.0.0 generalised true', '1.0.0 generalised true']);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['Image Builder', { type: 'Microsoft.VirtualMachineImages/imageTemplates', operation: 'action' }, 'customise'],
    ['a machine that does not start', { type: 'Microsoft.Compute/virtualMachines', name: 'boot-*' }, 'boot'],
    ['a capture', { type: 'Microsoft.Compute/galleries/images/versions', name: '*specialised*' }, 'capture'],
    ['a machine from the capture', { type: 'Microsoft.Compute/virtualMachines', name: 'trial-*' }, 'trial'],
  ])('that fails at %s is taken back: nothing is left of it', async (_what, match, phase) => {
    const faults =
      phase === 'capture'
        ? [
            {
              match: { type: match.type, operation: 'create' },
              nth: 2,
              outcome: { kind: 'operation-fails', code: 'InternalOperationError', message: 'it broke' },
            },
          ]
        : [
            {
              match: { operation: 'create', ...match },
              outcome: { kind: 'operation-fails', code: 'OSProvisioningClientError', message: 'it broke' },
            },
          ];
    world = await World.create({ seed: `image-fails-${phase}`, faults });
    const { body } = await begin();
    const build = await ended(body.buildId);
    expect(build).toMatchObject({ state: 'failed', versions: [], certificate: { remains: [] } });
    expect(build.journal.map(({ code }) => code)).toEqual(
      expect.arrayContaining([phase, 'failed', 'discard', 'ended']),
    );
    expect(await versions()).toEqual(['1.0.0 generalised true']);
    expect(await left()).toEqual([]);
    // Its number is free again, and so is the way for the next.
    expect((await begin()).body.version).toBe('1.0.1');
  });

  it('killed in every phase goes on where it was', async () => {
    // Twenty times as fast, so that the hour is three minutes: what a killed host goes on with is on disk, which takes real time.
    world = await World.create({
      seed: 'image-killed',
      settings: { TIME_SCALE: '20' },
      azure: (clock, controlPlane) => createSimulator({ clock, seed: 'image-killed', timeScale: 20, controlPlane }),
    });
    const { body } = await begin();
    const killed = new Set<string>();
    const build = await ended(
      body.buildId,
      async ({ phase }) => {
        if (phase === null || killed.has(phase)) return;
        killed.add(phase);
        await world.host.kill();
        await world.startHost();
      },
      1,
    );
    expect(build).toMatchObject({ state: 'done', error: null });
    expect([...killed]).toEqual(
      expect.arrayContaining([
        'customise',
        'generalised',
        'network',
        'boot',
        'warm',
        'stop',
        'capture',
        'trial',
        'prove',
        'clean',
      ]),
    );
    expect(await createdTwice(world)).toEqual([]);
    expect(await left()).toEqual([]);
    expect((await versions()).slice(0, 2)).toEqual(['1.0.1 specialised true', '1.0.1 generalised true']);
  });

  it('leaves alone what is not its own: a version that somebody else put there meanwhile', async () => {
    world = await World.create({ seed: 'image-foreign' });
    const { body } = await begin();
    await world.pass(30);
    const place = `resourceGroups/stream-control/providers/Microsoft.Compute/galleries/streamcontrol/images/mixer/versions/${body.version}`;
    const theirs = { location: 'westeurope', properties: { storageProfile: { osDiskImage: { sizeInGB: 127 } } } };
    expect(await arm(world, 'PUT', place, theirs, '2024-03-03')).toBe(201);
    const build = await ended(body.buildId);
    expect(build.state).toBe('failed');
    expect(await versions()).toEqual(['1.0.1 generalised false', '1.0.0 generalised true']);
    expect(await left()).toEqual([]);
  });

  it('is refused with every field that is wrong, and never with a link that opens by itself', async () => {
    world = await World.create({ seed: 'image-refused' });
    const refused = await begin({
      version: '1.0',
      agent: { url: 'https://example.blob.core.windows.net/a.tar.gz?sig=canary', sha256: 'x' },
    });
    expect(refused.status).toBe(400);
    const paths = (refused.body as unknown as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths.sort()).toEqual(['agent.sha256', 'agent.url', 'version']);
    expect(refused.text).not.toContain('canary');
    expect(await begin({ version: '1.0.0' })).toMatchObject({ status: 400 });
    expect(await world.call('POST', '/api/images/kettle/builds', SOURCES)).toMatchObject({ status: 404 });
    expect(await world.call('GET', '/api/images/mixer/builds/nobody')).toMatchObject({ status: 404 });
  });
});
