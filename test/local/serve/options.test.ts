import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { simulatorSettings } from '../../../local/serve/app-settings.ts';
import { serveOptions } from '../../../local/serve/options.ts';
import { bindPort, recall, remember } from '../../../local/serve/remembered.ts';

test('defaults, environment, flags', () => {
  expect(serveOptions([], {})).toEqual({
    port: 7071,
    simulatorPort: 7072,
    dataDir: resolve('.stream-control'),
    timeScale: 60,
    seed: '1',
    faults: undefined,
    azure: undefined,
    watch: false,
    verbose: false,
    media: false,
    lateRedelivery: false,
    workers: undefined,
  });
  const environment = { PORT: '1', SIM_PORT: '2', STREAM_CONTROL_DATA: '/d', SIM_TIME_SCALE: '3', SIM_SEED: 's' };
  expect(serveOptions([], environment)).toMatchObject({
    port: 1,
    simulatorPort: 2,
    dataDir: '/d',
    timeScale: 3,
    seed: 's',
  });
  const faults = join(mkdtempSync(join(tmpdir(), 'faults-')), 'plan.json');
  writeFileSync(faults, '[]');
  const flags = [
    '--port',
    '0',
    '--simulator-port',
    '0',
    '--data',
    'x',
    '--time-scale',
    '600',
    '--seed',
    '7',
    '--faults',
    faults,
    '--watch',
    '--late-redelivery',
  ];
  expect(serveOptions(flags, environment)).toMatchObject({
    port: 0,
    simulatorPort: 0,
    dataDir: resolve('x'),
    timeScale: 600,
    seed: '7',
    faults: [],
    watch: true,
    lateRedelivery: true,
  });
});

test.each([
  [['--port', 'x'], /--port.*'x'/],
  [['--port', '70000'], /--port/],
  [['--time-scale', '0'], /--time-scale/],
  [['--faults', '/none'], /\/none does not exist/],
  [['--nothing'], /--nothing/],
])('%j is one clear error', (args, message) => {
  expect(() => serveOptions(args, {})).toThrow(message);
});

test('every setting of the sample is set, with the addresses of this start', () => {
  const root = join(import.meta.dirname, '../../..');
  const given = {
    subscriptionId: 'sub',
    publicUrl: 'http://127.0.0.1:9',
    simulatorUrl: 'http://127.0.0.1:8',
    timeScale: 5,
    alertSecret: 'a',
  };
  const settings = simulatorSettings(root, { DEFAULT_REGION: 'northeurope', KEY_VAULT_URL: 'https://mine' }, given);
  const sample = JSON.parse(readFileSync(join(root, 'local.settings.sample.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  const names = Object.keys(sample.Values).filter((name) => name !== 'AzureWebJobsStorage');
  expect(Object.keys(settings)).toEqual(expect.arrayContaining(names));
  expect(settings).toMatchObject({
    AZURE_CLOUD: 'simulator',
    AUTH_MODE: 'local',
    AZURE_SUBSCRIPTION_ID: 'sub',
    PUBLIC_URL: 'http://127.0.0.1:9',
    SIM_URL: 'http://127.0.0.1:8',
    TIME_SCALE: '5',
    DEFAULT_REGION: 'northeurope',
    KEY_VAULT_URL: 'https://control.vault.azure.net',
  });
  expect(settings.MIXER_IMAGE_ID).toMatch(/^\/subscriptions\/sub\//);
});

test('a port chosen by 0 is taken again, unless someone else has it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'data-'));
  const first = recall(dir);
  remember(dir, { ...first, port: 5 });
  expect(recall(dir)).toEqual({ port: 5, alertSecret: first.alertSecret });
  const tried: number[] = [];
  const bind = async (port: number) => {
    tried.push(port);
    if (port === 5) throw new Error('in use');
    return port || 6;
  };
  expect(await bindPort(0, 5, bind)).toBe(6);
  expect(await bindPort(7, 5, bind)).toBe(7);
  expect(tried).toEqual([5, 0, 7]);
});
