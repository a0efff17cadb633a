/** An OBS that answers with errors is an OBS that answers: it stays on air, and people are told. Only silence is silence. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userDataSchema } from '../../contract/user-data.ts';
import { Mixer } from '../../mixer/agent/mixer.ts';
import { checked, localSchema } from '../../mixer/agent/settings.ts';
import { FakeObs } from './fake-obs.ts';

let home: string;
let obs: FakeObs;
let mixer: Mixer;
let log: string[];
let secret: (name: string) => Promise<string | undefined>;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'answers-'));
  obs = new FakeObs();
  log = [];
  secret = async (name) => name;
  await obs.start(home);
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(async () => {
  await pass(45);
  vi.useRealTimers();
  obs.stop();
  await mixer.stop();
  rmSync(home, { recursive: true, force: true });
});

async function startMixer(): Promise<void> {
  const place = { host: 'relay', port: 9996 };
  const data = checked(
    userDataSchema,
    {
      ...{ v: 1, deploymentId: 'demo-a-b', event: 'demo', language: 'french', controlPlaneUrl: 'http://control' },
      ...{
        vaultUrl: 'https://vault.example',
        secrets: { streamKey: 'k', egress: 'e' },
        programme: place,
        slides: place,
      },
    },
    'the userData',
  );
  const local = checked(localSchema, { obs: { home, port: 0 } }, 'the settings');
  mixer = new Mixer(
    data,
    local,
    (name) => secret(name),
    (event) => log.push(event),
  );
  mixer.start();
  mixer.want({ streaming: true });
  await vi.waitFor(() => expect(log).toContain('obs-ready'), 10_000);
}
/** Everything is in one process: what was sent before these rounds has arrived after them. */
const settle = async () => {
  for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
};
async function pass(seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 2; step++) {
    await vi.advanceTimersByTimeAsync(500);
    await settle();
  }
}
const refused = { code: 600, comment: 'No source was found by the name of `programme source`.' };
const ofProgramme = (type: string, { inputName }: Record<string, unknown>) =>
  inputName === 'programme source' && /^(GetMedia|TriggerMedia)/.test(type) ? refused : undefined;

test('a source that a technician renamed is told, OBS stays on air, and the name back is well again', async () => {
  await startMixer();
  await pass(20);
  expect(mixer.status()).toMatchObject({ streaming: true, problems: [], sources: { programme: 'alive' } });
  obs.rule = ofProgramme;
  await pass(300);
  expect(mixer.status()).toMatchObject({
    streaming: true,
    problems: [{ code: 'source-missing', source: 'programme' }],
    warnings: [{ code: 'request-refused', reason: expect.stringContaining('No source was found') }],
    sources: { programme: 'missing', slides: 'alive' },
  });
  expect([obs.runs, log.filter((event) => event === 'obs-frozen')]).toEqual([true, []]);
  obs.rule = () => undefined;
  await pass(5);
  expect(mixer.status()).toMatchObject({ streaming: true, problems: [], warnings: [] });
});

test.each([
  ['not ready', 207, /./],
  ['an unknown request', 204, /^Get/],
  ['no such output', 600, /^(GetStream|GetStats)/],
  ['a scene that is not there', 600, /Scene/],
  ['everything it can', 702, /^(?!GetVersion)/],
])('%s is an answer: OBS is not restarted', async (_what, code, which) => {
  await startMixer();
  await pass(10);
  obs.rule = (type) => (which.test(type) ? { code, comment: 'refused' } : undefined);
  mixer.want({ streaming: true, scene: 'slides' });
  await pass(200);
  expect([obs.runs, log.includes('obs-frozen')]).toEqual([true, false]);
});

test('an agent that comes to an OBS on air watches it, whatever that refuses of its settings and whatever the vault says', async () => {
  obs.rule = (type) => (/^(Create|Set|Remove)/.test(type) ? { code: 702, comment: 'refused' } : undefined);
  secret = async () => {
    throw new Error('the vault is away');
  };
  await startMixer();
  await pass(60);
  expect(mixer.status()).toMatchObject({ streaming: true, problems: [] });
  expect(mixer.status().warnings).toContainEqual({ code: 'vault-unreadable' });
  expect(obs.runs).toBe(true);
  secret = async (name) => name;
  await pass(30);
  expect(obs.asked).toContain('CreateInput');
  expect(mixer.status().warnings).toContainEqual({
    ...{ code: 'request-refused', request: 'CreateInput programme source', reason: 'refused' },
  });
});

test('a start that is refused is tried again; a stop of what does not run is done', async () => {
  obs.streaming = false;
  obs.rule = (type) => (type === 'StartStream' ? { code: 207, comment: 'not ready' } : undefined);
  await startMixer();
  await pass(20);
  expect(obs.asked.filter((type) => type === 'StartStream').length).toBeGreaterThan(2);
  expect(mixer.status().problems).toEqual([]);
});

test.each([['GetMediaInputStatus'], ['GetStats'], ['GetStreamStatus']])(
  'an OBS that does not answer %s is frozen, and restarted',
  async (type) => {
    await startMixer();
    await pass(10);
    obs.rule = (asked) => (asked === type ? 'silence' : undefined);
    await pass(25);
    expect(obs.runs).toBe(true);
    await pass(20);
    expect(log).toContain('obs-frozen');
    await vi.waitFor(() => expect(obs.runs).toBe(false));
  },
);

test('a vault that hangs is no silence of OBS', async () => {
  obs.streaming = false;
  secret = (name) =>
    name === 'e'
      ? Promise.resolve('e')
      : new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 40_000));
  await startMixer();
  await pass(200);
  expect([obs.runs, log.includes('obs-frozen'), log.includes('vault-away')]).toEqual([true, false, true]);
});
