import { describe, expect, test } from 'vitest';
import { differences, type Json } from '../../domain/drift/differences.ts';

const rule = (name: string, access = 'Allow') => ({ name, properties: { priority: 100, access } });
const paths = (planned: Json, actual: Json | undefined) => differences(planned, actual).map(({ path }) => path);

describe('what is no difference', () => {
  test.each<[string, Json, Json]>([
    ['what Azure adds', { a: 1 }, { a: 1, etag: 'x', properties: { provisioningState: 'Succeeded' } }],
    ['a region in words', { location: 'westeurope' }, { location: 'West Europe' }],
    ['ids in other letters', { id: '/subscriptions/X' }, { id: '/subscriptions/x' }],
    ['ids as names', { '/subscriptions/X': {} }, { '/subscriptions/x': { clientId: 'c' } }],
    ['numbers as texts', { port: 3389 }, { port: '3389' }],
    ['the order of names', { rules: [rule('a'), rule('b')] }, { rules: [rule('b'), rule('a')] }],
    ['the order of values', { list: ['a', 'b'] }, { list: ['b', 'a'] }],
    ['an empty list that is left out', { list: [] }, {}],
    ['secrets, which are never given back', { adminPassword: 'x', a: { secureValue: 'y' } }, { a: {} }],
    [
      'ports by number and protocol',
      { ports: [{ port: 1, protocol: 'UDP' }] },
      { ports: [{ port: 1, protocol: 'udp' }] },
    ],
  ])('%s', (_what, planned, actual) => {
    expect(differences(planned, actual)).toEqual([]);
  });
});

describe('what is one', () => {
  test.each<[string, Json, Json | undefined, string[]]>([
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b']],
    ['a value that is gone', { a: { b: 1 } }, { a: {} }, ['a.b']],
    ['a resource that is gone', { a: 1 }, undefined, ['']],
    ['a rule’s property', { rules: [rule('RDP')] }, { rules: [rule('RDP', 'Deny')] }, ['rules[RDP].properties.access']],
    ['a rule too many', { rules: [rule('a')] }, { rules: [rule('a'), rule('open')] }, ['rules[open]']],
    ['a rule too many where none was planned', { rules: [] }, { rules: [rule('open')] }, ['rules[open]']],
    ['a rule that is gone', { rules: [rule('a'), rule('b')] }, { rules: [rule('a')] }, ['rules[b]']],
    ['an element of a plain list', { list: ['a'] }, { list: ['a', 'b'] }, ['list']],
    ['a list that is none', { list: ['a'] }, { list: 'a' }, ['list']],
  ])('%s', (_what, planned, actual, expected) => {
    expect(paths(planned, actual)).toEqual(expected);
  });

  test('what may be a secret that somebody put in by hand is not shown', () => {
    const environmentVariables = [{ name: 'A', value: 'x' }];
    const found = differences(
      { environmentVariables },
      {
        environmentVariables: [
          { name: 'A', value: 'canary' },
          { name: 'B', value: 'canary' },
        ],
      },
    );
    expect(found.map(({ path }) => path)).toEqual(['environmentVariables[A].value', 'environmentVariables[B]']);
    expect(JSON.stringify(found)).not.toContain('canary');
  });
});
