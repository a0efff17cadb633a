import { HttpRequest, InvocationContext } from '@azure/functions';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readSettings } from '../../azure/settings.ts';
import { eventOfDeployment } from '../../domain/names.ts';
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

test('a body without announced length is read up to the limit only', async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  const one: Door = {
    name: 'x',
    method: 'POST',
    route: 'x',
    access: 'own-proof',
    summary: '',
    schema: z.looseObject({}),
    answers: {},
    handle: async () => ({ json: {} }),
  };
  const init = { method: 'POST', body: endless, duplex: 'half' as const };
  const request = new Request('https://site.azurewebsites.net/x', init) as unknown as HttpRequest;
  expect((await handlerOf(one, () => onAzure)(request, new InvocationContext())).status).toBe(413);
  expect(pulled).toBeLessThan(10);
});

test.each([
  ['POST', 'cross-site', 403],
  ['POST', 'same-origin', 200],
  ['POST', 'none', 200],
  ['GET', 'cross-site', 200],
] as const)('a signed-in browser that sends %s from a %s page is answered %i', async (method, site, status) => {
  expect((await ask(method, site)).status).toBe(status);
});

// Instance ids go into the durable client's URLs as they are.
test.each(['demo-a-../../event-demo', 'demo-a-b?showInput=true', 'demo-a-b#', 'demo-a-b%2F..', 'demo-a-'])(
  '%s is no deployment',
  (id) => {
    expect(eventOfDeployment(id)).toBeUndefined();
  },
);
