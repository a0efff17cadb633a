/**
 * Who may call what, tried at every door: the table that comes out is docs/reference/callers.md (`npx vitest run
 * test/functions/callers.test.ts -u` writes it anew).
 */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type Door, handlerOf } from '../../functions/door.ts';
import { doors } from '../../functions/doors.ts';
import { APP_DIR } from '../system/world.ts';
import { ANN, type Issuer, issuer, OTHER_TENANT, principalHeader, SITE, TENANT } from './issuer.ts';

const TEAMS_TOKEN = Buffer.from('the 32 bytes that Teams once showed').toString('base64');
const ALERT_SECRET = 'alert-secret-of-the-tests';

vi.mock('durable-functions', async (original) => ({
  ...(await original<object>()),
  getClient: () => ({ getStatus: async () => undefined, readEntityState: async () => ({ entityExists: false }) }),
}));

let entra: Issuer;
beforeAll(async () => {
  entra = await issuer({ TEAMS_WEBHOOK_SECRET: TEAMS_TOKEN, ALERT_SECRET });
});
afterAll(() => entra[Symbol.asyncDispose]());

/** What each door that asks for a proof of its own is sent. */
const BODIES: Record<string, unknown> = {
  'api-agents-heartbeat': { deploymentId: 'demo-abc-12345678', language: 'french' },
  'api-agents-picture': { deploymentId: 'demo-abc-12345678', language: 'french' },
  'api-alerts': {},
  'api-teams': { type: 'message', id: '1', text: 'help', from: { name: 'Ann' }, timestamp: new Date().toISOString() },
};

/** With a proof of its own the handler decides; of the others only the way to it is of interest. */
const tried = (one: Door): Door =>
  one.access === 'own-proof'
    ? one
    : { ...one, schema: z.unknown(), query: z.looseObject({}), handle: async () => ({ json: {} }) };

/** Status of a call with these headers. */
async function knock(one: Door, headers: Record<string, string>, query = ''): Promise<number> {
  const body = JSON.stringify(BODIES[one.name] ?? {});
  const request = new HttpRequest({
    url: `${SITE}/${one.route}${query}`,
    method: one.method,
    headers: {
      host: new URL(SITE).host,
      ...(one.method !== 'GET' && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(one.method !== 'GET' && { body: { string: body } }),
  });
  return (await handlerOf(tried(one), () => entra.settings)(request, new InvocationContext())).status ?? 200;
}

/** Refused, or let through to whatever the door then says. */
const verdict = (status: number): string => (status === 401 || status === 403 ? String(status) : 'yes');

const signedByTeams = (one: Door): Record<string, string> => {
  const raw = JSON.stringify(BODIES[one.name] ?? {});
  const mac = createHmac('sha256', Buffer.from(TEAMS_TOKEN, 'base64')).update(raw, 'utf8').digest('base64');
  return { authorization: `HMAC ${mac}` };
};

const foreignPage = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
const bearer = async (...roles: string[]) => ({ authorization: `Bearer ${await entra.token(roles)}` });

/** Callers with a good proof of who they are, and what each shows. */
const CALLERS: Record<string, (one: Door) => Promise<{ headers: Record<string, string>; query?: string }>> = {
  nobody: async () => ({ headers: {} }),
  'no role': async () => ({ headers: await bearer() }),
  viewer: async () => ({ headers: await bearer('viewer') }),
  operator: async () => ({ headers: await bearer('operator') }),
  admin: async () => ({ headers: await bearer('admin') }),
  mixer: async () => ({ headers: await bearer('agent') }),
  'Azure Monitor': async () => ({ headers: await bearer('ActionGroupsSecureWebhook') }),
  'alert secret': async (one) => ({ headers: {}, query: one.name === 'api-alerts' ? `?code=${ALERT_SECRET}` : '' }),
  'Teams webhook': async (one) => ({ headers: signedByTeams(one) }),
  'page of another site, admin signed in': async () => ({
    headers: { ...foreignPage, 'x-ms-token-aad-id-token': await entra.token(['admin']) },
  }),
};

/** Headers that claim to be an admin, beside forged tokens: none of them may open anything. */
async function forgeries(): Promise<Record<string, Record<string, string>>> {
  const tokens = await entra.forged();
  const admin = principalHeader(['tid', TENANT], ['oid', ANN], ['roles', 'admin']);
  const viewer = await bearer('viewer');
  const other = { 'x-ms-client-principal': principalHeader(['tid', OTHER_TENANT], ['oid', ANN], ['roles', 'admin']) };
  return {
    ...Object.fromEntries(
      Object.entries(tokens).map(([what, token]) => [`bearer token ${what}`, { authorization: `Bearer ${token}` }]),
    ),
    ...Object.fromEntries(
      Object.entries(tokens).map(([what, token]) => [`session token ${what}`, { 'x-ms-token-aad-id-token': token }]),
    ),
    'only `x-ms-client-principal`, which names an admin': { 'x-ms-client-principal': admin },
    'the same with name and id': {
      'x-ms-client-principal': admin,
      'x-ms-client-principal-id': ANN,
      'x-ms-client-principal-name': 'admin@example.org',
      'x-ms-client-principal-idp': 'aad',
    },
    'a viewer’s token with a header that names an admin': { ...viewer, 'x-ms-client-principal': admin },
    'an admin’s token with a header of another tenant': { ...(await bearer('admin')), ...other },
    'a token that is not `Bearer`': { authorization: `Basic ${await entra.token(['admin'])}` },
    '`AUTH_MODE=local` by `Host: 127.0.0.1`': { host: '127.0.0.1' },
    'an HMAC of another secret': { authorization: `HMAC ${createHmac('sha256', 'x').update('{}').digest('base64')}` },
  };
}

const closed = doors.filter(({ access }) => access !== 'anyone');

test('nothing forged opens any door', async () => {
  const all = await forgeries();
  for (const one of closed)
    for (const [what, headers] of Object.entries(all)) {
      const status = await knock(one, headers);
      expect([401, 403], `${one.name}: ${what} was answered ${status}`).toContain(status);
    }
}, 60_000);

test('who is let in depends on the role alone', async () => {
  const order = ['viewer', 'operator', 'admin'];
  for (const one of closed.filter(({ access }) => access !== 'own-proof'))
    for (const role of order) {
      const status = await knock(one, await bearer(role));
      expect(status, `${one.name} as ${role}`).toBe(order.indexOf(role) < order.indexOf(one.access) ? 403 : 200);
    }
});

test('pages of other sites change nothing, whoever has signed in', async () => {
  for (const one of doors.filter(({ method, changes }) => method !== 'GET' || changes))
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }, foreignPage])
      expect(await knock(one, { ...(await bearer('admin')), ...headers }), one.name).toBe(403);
});

test('what is no JSON is refused wherever something is changed by a person', async () => {
  for (const one of doors.filter(({ method, hearsAnyhow }) => method !== 'GET' && !hearsAnyhow))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect(await knock(one, { ...(await bearer('admin')), 'content-type': type }), one.name).toBe(415);
});

test('docs/reference/callers.md is what comes out', async () => {
  const names = Object.keys(CALLERS);
  const lines = [
    '# Who may call what',
    '',
    'Made by `test/functions/callers.test.ts`, which knocks at every door of the app as it runs on Azure (`AUTH_MODE=entra`). `yes`: the door is',
    'open, and what it then says depends on the request. Everything else is the status of the refusal. Roles come from a token that the app checks',
    'itself: signature by the tenant’s keys, issuer, tenant, audience, times. The platform’s own headers open nothing.',
    '',
    `| route | needs | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
  ];
  for (const one of doors) {
    const cells: string[] = [];
    for (const who of Object.values(CALLERS)) {
      const { headers, query } = await who(one);
      cells.push(verdict(await knock(one, headers, query)));
    }
    const needs = one.access === 'own-proof' ? 'a proof of its own' : one.access;
    lines.push(`| \`${one.method} /${one.route}\` | ${needs} | ${cells.join(' | ')} |`);
  }
  lines.push(
    '',
    'A page of another site is refused wherever something is changed, and where even reading is written down (`credentials`). What only reads it',
    'may send, as any link does; browsers do not give it the answer.',
    '',
    '## What opens nothing',
    '',
    'Each of these is shown to every route that is not for anyone, and is refused there (401, or 403 where a page sends it):',
    '',
    ...Object.keys(await forgeries()).map((what) => `- ${what}`),
    '',
  );
  await expect(lines.join('\n')).toMatchFileSnapshot(join(APP_DIR, 'docs/reference/callers.md'));
}, 60_000);
