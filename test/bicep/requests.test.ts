/**
 * What the app sends to Azure, held against Azure's own types: every body of a resource that a life of an event makes becomes a bicep
 * resource of the type and api-version that it was sent with, and the compiler must have nothing to say.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, settled, teardown } from '../system/look.ts';
import type { World } from '../system/world.ts';
import { reason, typed } from './compiler.ts';
import { installed, type Sent } from './life.ts';
import { resourceOf } from './literal.ts';
import { ACTIONS } from './used.ts';

const GROUP = 'Microsoft.Resources/resourceGroups';
/** Everything that a life makes. */
const MADE = [
  'Microsoft.Compute/virtualMachines',
  'Microsoft.ContainerInstance/containerGroups',
  'Microsoft.Insights/diagnosticSettings',
  'Microsoft.Network/networkInterfaces',
  'Microsoft.Network/networkSecurityGroups',
  'Microsoft.Network/publicIPAddresses',
  'Microsoft.Network/virtualNetworks',
  GROUP,
];

describe.skipIf(reason)(`requests of the app${reason ? ` (${reason})` : ''}`, { timeout: 240_000 }, () => {
  let world: World;
  let puts: Sent[];
  beforeAll(async () => {
    const { world: life, sent } = await installed(ACTIONS, 'requests');
    world = life;
    await deploy(life, 'demo', { languages: ['original', 'french'], operatorCidrs: ['203.0.113.0/24'] });
    await life.until('demo', ['live']);
    const { body } = await teardown(life, 'demo');
    expect(await settled(life, String(body.operationId))).toMatchObject({ outcome: 'done' });
    puts = sent.filter(({ method }) => method === 'PUT');
  }, 240_000);
  afterAll(() => world?.stop());

  it.each([
    ['subscription', (type: string) => type === GROUP],
    ['resourceGroup', (type: string) => type !== GROUP],
  ] as const)('what goes into a %s is what Azure’s types say', (scope, isIn) => {
    const bodies = puts.filter(({ type }) => isIn(type));
    expect(bodies.length).toBeGreaterThan(0);
    expect(typed(scope, bodies.map(resourceOf))).toBe('');
  });

  it('nothing else is made', () => {
    expect([...new Set(puts.map(({ type }) => type))].sort()).toEqual(MADE);
  });

  it('the check can fail: a property that is none, a value of another type, one that Azure alone writes, a version that is none', () => {
    const [group] = puts.filter(({ type }) => type === 'Microsoft.ContainerInstance/containerGroups');
    const body = group?.body as { properties: Record<string, unknown> };
    const sent = (change: object, more: Partial<Sent> = {}) => ({
      ...(group as Sent),
      ...more,
      body: { ...body, properties: { ...body.properties, ...change } },
    });
    const complaints = typed(
      'resourceGroup',
      [
        sent({ restartPolicies: 'Always' }),
        sent({ restartPolicy: 5 }),
        sent({ provisioningState: 'Succeeded' }),
        sent({}, { apiVersion: '1999-01-01' }),
      ].map(resourceOf),
    );
    for (const code of ['BCP037', 'BCP036', 'BCP073', 'BCP081']) expect(complaints).toContain(code);
  });
});
