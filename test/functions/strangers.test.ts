import { HttpRequest, InvocationContext } from '@azure/functions';
import { expect, test, vi } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { type Door, handlerOf } from '../../functions/door.ts';
import { ENVIRONMENT } from '../azure/fake.ts';

vi.mock('durable-functions', async (original) => ({ ...(await original<object>()), getClient: () => ({}) }));

const onAzure = readSettings({
  ...ENVIRONMENT,
  AUTH_MODE: 'entra',
  WEBSITE_SITE_NAME: 'site',
  WEBSITE_AUTH_ENABLED: 'True',
});
const principal = Buffer.from(JSON.stringify({ claims: [{ typ: 'roles', val: 'operator' }] })).toString('base64');
const ask = (method: 'GET' | 'POST', site: string) => {
  const one: Door = {
    name: 'x',
    method,
    route: 'x',
    access: 'operator',
    summary: '',
    answers: {},
    handle: async () => ({ json: {} }),
  };
  const headers = { 'x-ms-client-principal': principal, 'sec-fetch-site': site };
  const request = new HttpRequest({ url: 'https://site.azurewebsites.net/x', method, headers });
  return handlerOf(one, () => onAzure)(request, new InvocationContext());
};

test.each([
  ['POST', 'cross-site', 403],
  ['POST', 'same-origin', 200],
  ['POST', 'none', 200],
  ['GET', 'cross-site', 200],
] as const)('a signed-in browser that sends %s from a %s page is answered %i', async (method, site, status) => {
  expect((await ask(method, site)).status).toBe(status);
});
