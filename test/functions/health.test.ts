import { afterEach, expect, test } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { configured } from '../../functions/health-checks.ts';
import { ENVIRONMENT } from '../azure/fake.ts';
import { World } from '../system/world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

interface Health {
  status: string;
  checks?: { name: string; outcome: string; detail: string; advice?: string }[];
}

test('says what is reachable and permitted; only what fails has advice', async () => {
  world = await World.create({ seed: 'health' });
  expect((await world.call<Health>('GET', '/api/health')).body.checks).toBeUndefined();
  const { body } = await world.call<Health>('GET', '/api/health?checks=true');
  expect(body.checks?.filter(({ outcome, advice }) => outcome !== 'pass' || advice !== undefined)).toEqual([]);
  expect(body.checks?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['resource manager', 'permissions', 'key vault', 'mixer vault', 'mixer image', 'alerts']),
  );
});

test('what is gone or refused fails with what to do, what cannot be asked warns, and the rest is still looked at', async () => {
  const refuse = (type: string, operation: string) => ({
    match: { type, operation },
    outcome: { kind: 'error', status: 403, code: 'AuthorizationFailed', message: 'may not' },
  });
  const faults = [
    refuse('Microsoft.Compute/galleries/images/versions', 'read'),
    refuse('Microsoft.Authorization/permissions', 'list'),
  ];
  world = await World.create({ seed: 'health', faults });
  const { body } = await world.call<Health>('GET', '/api/health?checks=true');
  const byName = Object.fromEntries((body.checks ?? []).map((check) => [check.name, check]));
  expect(byName).toMatchObject({
    'mixer image': { outcome: 'fail', detail: 'AuthorizationFailed: may not', advice: expect.stringContaining('role') },
    permissions: { outcome: 'warn', detail: expect.stringContaining('AuthorizationFailed') },
    'resource manager': { outcome: 'pass' },
    'mixer identity': { outcome: 'pass' },
  });
});

const SECRET = Buffer.alloc(32, 'secret').toString('base64');
test.each([
  ['alerts without a secret', { ALERT_SECRET: undefined }, 'alerts', 'warn', 'ALERT_SECRET'],
  ['half of Teams', { TEAMS_WEBHOOK_SECRET: SECRET }, 'Teams', 'warn', 'TEAMS_WORKFLOW_URL'],
  [
    'an address mixers cannot reach',
    { AZURE_CLOUD: 'azure', AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001' },
    'public address',
    'warn',
    'PUBLIC_URL',
  ],
])('settings: %s', (_what, changes, name, outcome, setting) => {
  const found = configured(readSettings({ ...ENVIRONMENT, ...changes })).find((check) => check.name === name);
  expect(found).toMatchObject({ outcome, advice: expect.stringContaining(setting) });
});

test('settings: a complete Teams passes', () => {
  const teams = { TEAMS_WEBHOOK_SECRET: SECRET, TEAMS_WORKFLOW_URL: 'https://flow.example/hook' };
  const checks = configured(readSettings({ ...ENVIRONMENT, ...teams, ALERT_SECRET: '0123456789abcdef' }));
  expect(checks.map(({ outcome }) => outcome)).toEqual(['pass', 'pass']);
});
