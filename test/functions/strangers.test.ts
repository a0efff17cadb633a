import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { eventOfDeployment } from '../../domain/names.ts';
import { type Door, handlerOf } from '../../functions/door.ts';
import { doors } from '../../functions/doors.ts';
import { type Issuer, issuer } from './issuer.ts';

vi.mock('durable-functions', async (original) => ({ ...(await original<object>()), getClient: () => ({}) }));

let entra: Issuer;
let operator: string;
beforeAll(async () => {
  entra = await issuer();
  operator = await entra.token(['operator']);
});
afterAll(() => entra[Symbol.asyncDispose]());
const ask = (method: 'GET' | 'POST', given: Record<string, string>, more: Partial<Door> = {}, body?: string) => {
  const one: Door = {
    name: 'x',
    method,
    route: 'x',
    access: 'operator',
    summary: '',
    answers: {},
    handle: async () => ({ json: {} }),
    ...more,
  };
  const headers = { authorization: `Bearer ${operator}`, ...given };
  const init = body === undefined ? {} : { body: { string: body } };
  const request = new HttpRequest({ url: 'https://site.azurewebsites.net/x', method, headers, ...init });
  return handlerOf(one, () => entra.settings)(request, new InvocationContext());
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
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: endless, duplex: 'half' as const };
  const query = new URLSearchParams();
  const request = Object.assign(new Request('https://site.azurewebsites.net/x', init), {
    query,
  }) as unknown as HttpRequest;
  expect((await handlerOf(one, () => entra.settings)(request, new InvocationContext())).status).toBe(413);
  expect(pulled).toBeLessThan(10);
});

test.each([
  ['POST', { 'sec-fetch-site': 'cross-site' }, 403],
  ['POST', { 'sec-fetch-site': 'same-site' }, 403],
  ['POST', { 'sec-fetch-site': 'odd' }, 403],
  ['POST', { 'sec-fetch-site': 'same-origin' }, 200],
  ['POST', { 'sec-fetch-site': 'none' }, 200],
  ['POST', {}, 200],
  ['POST', { origin: 'https://site.azurewebsites.net' }, 200],
  ['POST', { origin: 'https://site.azurewebsites.net', 'sec-fetch-site': 'same-origin' }, 200],
  ['POST', { origin: 'https://site.azurewebsites.net', 'sec-fetch-site': 'cross-site' }, 403],
  ['POST', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, 403],
  ['POST', { origin: 'https://evil.example' }, 403],
  ['POST', { origin: 'http://site.azurewebsites.net' }, 403],
  ['POST', { origin: 'https://site.azurewebsites.net:8443' }, 403],
  ['POST', { origin: 'https://site.azurewebsites.net.evil.example' }, 403],
  ['POST', { origin: 'null' }, 403],
  ['POST', { origin: '' }, 403],
  ['GET', { 'sec-fetch-site': 'cross-site' }, 200],
] as [method: 'GET' | 'POST', headers: Record<string, string>, status: number][])(
  'a signed-in browser that sends %s with %j is answered %i',
  async (method, headers, status) => {
    expect((await ask(method, headers)).status).toBe(status);
  },
);

test.each(['own-proof', 'anyone'] as const)(
  'pages of others change nothing where access is %s either',
  async (access) => {
    expect((await ask('POST', { origin: 'https://evil.example' }, { access })).status).toBe(403);
  },
);

test('reading credentials is written down, so no other page makes a browser do it', async () => {
  const credentials = doors.find(({ name }) => name === 'api-events-credentials');
  expect(credentials?.changes).toBe(true);
  expect((await ask('GET', { 'sec-fetch-site': 'cross-site' }, { changes: true })).status).toBe(403);
  expect((await ask('GET', { 'sec-fetch-site': 'same-origin' }, { changes: true })).status).toBe(200);
});

test.each([
  ['application/json', '{}', 200],
  ['application/json; charset=utf-8', '{}', 200],
  ['Application/JSON;charset="UTF-8"', '{}', 200],
  ['application/cloudevents+json', '{}', 200],
  ['text/plain', '{}', 415],
  ['text/plain; application/json', '{}', 415],
  ['application/x-www-form-urlencoded', '{}', 415],
  ['multipart/form-data; boundary=x', '{}', 415],
  ['application/jsonp', '{}', 415],
  ['application/json; charset=utf-16', '{}', 415],
  ['text/plain', undefined, 415],
  ['', '{}', 415],
])('a body of type %j (%j) is answered %i', async (type, body, status) => {
  const schema = z.looseObject({});
  expect((await ask('POST', type === '' ? {} : { 'content-type': type }, { schema }, body)).status).toBe(status);
  if (type !== '') expect((await ask('POST', { 'content-type': type }, {}, body)).status).toBe(status);
});

test('nothing at all needs no type', async () => {
  expect((await ask('POST', {}, { schema: z.looseObject({}) })).status).toBe(200);
});

test('what is logged of a call is one line, whatever is in it', async () => {
  const forged = 'x\n2026-11-22 [Warning] audit: event removed by ann\u001b[2J';
  const logged: string[] = [];
  const one: Door = {
    name: 'x',
    method: 'GET',
    route: 'x',
    access: 'anyone',
    summary: '',
    answers: {},
    handle: async (call) => {
      call.audit(forged);
      throw new Error(forged);
    },
  };
  const request = new HttpRequest({ url: 'https://site.azurewebsites.net/x', method: 'GET' });
  const context = new InvocationContext({ logHandler: (_level, ...texts) => void logged.push(texts.join(' ')) });
  expect((await handlerOf(one, () => entra.settings)(request, context)).status).toBe(500);
  expect(logged).toHaveLength(2);
  for (const text of logged) {
    expect(text).toContain('x 2026-11-22 [Warning] audit: event removed by ann');
    expect(text.split('\n')).toHaveLength(1);
    expect(text).not.toContain('\u001b');
  }
});

// Instance ids go into the durable client's URLs as they are.
test.each(['demo-a-../../event-demo', 'demo-a-b?showInput=true', 'demo-a-b#', 'demo-a-b%2F..', 'demo-a-'])(
  '%s is no deployment',
  (id) => {
    expect(eventOfDeployment(id)).toBeUndefined();
  },
);
