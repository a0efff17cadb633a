import { expect, test } from 'vitest';
import { missingActions, permissionsAt } from '../../azure/permissions.ts';
import { fakeAzure } from './fake.ts';

const WANTED = ['Microsoft.Compute/virtualMachines/write', 'Microsoft.Compute/virtualMachines/start/action'];

test.each([
  ['everything', [{ actions: ['*'] }], []],
  ['a provider, in another case', [{ actions: ['microsoft.compute/*'] }], []],
  ['one action', [{ actions: ['Microsoft.Compute/*/write'] }], [WANTED[1]]],
  ['all but what the same role excludes', [{ actions: ['*'], notActions: ['*/start/action'] }], [WANTED[1]]],
  ['what another role gives back', [{ actions: ['*'], notActions: ['*/Action'] }, { actions: ['*/action'] }], []],
  ['a name that only begins alike', [{ actions: ['Microsoft.Compute/virtualMachines'] }], WANTED],
  ['nothing', [], WANTED],
])('granted: %s', (_what, permissions, missing) => {
  expect(missingActions(permissions, WANTED)).toEqual(missing);
});

test('permissions are read page by page, as the control plane itself; a refusal is classified', async () => {
  await using azure = await fakeAzure(({ path, query }) => {
    if (path.includes('/none/'))
      return { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } };
    const nextLink = `https://management.azure.com${path}?api-version=2022-04-01&page=2`;
    return query.get('page') === '2'
      ? { status: 200, body: { value: [{ actions: ['b'] }] } }
      : { status: 200, body: { value: [{ actions: ['a'] }], nextLink } };
  });
  expect(await permissionsAt(azure.clients, '/subscriptions/s')).toEqual([{ actions: ['a'] }, { actions: ['b'] }]);
  expect(azure.sent[0]).toMatchObject({
    path: '/subscriptions/s/providers/Microsoft.Authorization/permissions',
    authorization: 'Bearer simulator',
  });
  await expect(permissionsAt(azure.clients, '/subscriptions/none')).rejects.toMatchObject({
    classified: { failure: { class: 'authorisation', code: 'AuthorizationFailed' } },
  });
});
