/** What the agent learns from its machine: userData, tokens, secrets, heartbeats; against HTTP servers that answer as Azure documents. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Reply } from '../../contract/agent.ts';
import { HeartbeatLoop } from '../../contract/heartbeat-loop.ts';
import { userDataSchema } from '../../contract/user-data.ts';
import { ManagedIdentity, readUserData } from '../../mixer/agent/imds.ts';
import { vaultSecrets } from '../../mixer/agent/secrets.ts';
import { checked, localSchema } from '../../mixer/agent/settings.ts';
import type { Status } from '../../mixer/agent/status.ts';
import { httpServer } from './support.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
const serve: typeof httpServer = async (answer) => {
  const server = await httpServer(answer);
  open.push(server);
  return server;
};
const userData = {
  ...{
    v: 1,
    deploymentId: 'demo-a-b',
    event: 'demo',
    language: 'french',
    controlPlaneUrl: 'https://control.example',
    heartbeatSeconds: 10,
  },
  ...{ identityClientId: 'id', vaultUrl: 'https://mixers.vault.azure.net', secrets: { streamKey: 'k', egress: 'e' } },
  ...{ programme: { host: 'relay', port: 9996 }, slides: { host: 'slides', port: 9996 } },
};
const never = new AbortController().signal;

describe('userData', () => {
  test('is awaited, decoded and completed by defaults', async () => {
    let asked = 0;
    const imds = await serve((request) => {
      expect(request.headers.metadata).toBe('true');
      expect(request.url).toBe('/metadata/instance/compute/userData?api-version=2021-01-01&format=text');
      // A machine's first answers may come before its data does.
      return asked++ === 0
        ? { status: 200, body: '' }
        : { status: 200, body: Buffer.from(JSON.stringify(userData)).toString('base64') };
    });
    const data = checked(userDataSchema, await readUserData(imds.url, never), 'userData');
    expect(data.layout).toMatchObject({
      profile: '720p30',
      audio: { programme: { muted: false }, slides: { muted: true } },
    });
    expect(Object.keys(data.layout.scenes)).toEqual(['programme', 'programme+slides', 'slides', 'slate']);
    expect(asked).toBe(2);
  });
  test('that is no JSON is refused with words', async () => {
    const imds = await serve(() => ({ status: 200, body: 'bm90IGpzb24=' }));
    await expect(readUserData(imds.url, never)).rejects.toThrow(/not base64 of JSON/);
  });
  test.each([
    [{ ...userData, v: 2 }, /v: must be 1; this agent is older/],
    [{ ...userData, programme: {} }, /programme\.host/],
    [{ ...userData, layout: { profile: '4k' } }, /layout\.profile/],
    [{ ...userData, layout: { scenes: { a: [{ source: 'camera' }] } } }, /layout\.scenes\.a\.0\.source/],
  ])('with a fault is refused with its place', (value, message) => {
    expect(() => checked(userDataSchema, value, 'userData')).toThrow(message);
  });
  test('an unknown local setting is refused', () => {
    expect(() => checked(localSchema, { healthport: 1 }, 'the settings')).toThrow(/healthport/);
  });
});

describe('secrets', () => {
  test('are read with a token of the identity, which is asked for once', async () => {
    let tokens = 0;
    const imds = await serve((request) => {
      tokens++;
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      expect(Object.fromEntries(query)).toEqual({
        'api-version': '2018-02-01',
        resource: 'https://vault.azure.net',
        client_id: 'id',
      });
      return { status: 200, body: { access_token: 'token-1', expires_on: `${Math.floor(Date.now() / 1000) + 3600}` } };
    });
    const vault = await serve((request) => {
      expect(request.headers.authorization).toBe('Bearer token-1');
      if (request.url?.startsWith('/secrets/there?')) return { status: 200, body: { value: 'v' } };
      return request.url?.startsWith('/secrets/absent?') ? { status: 404, body: {} } : { status: 403, body: {} };
    });
    const read = vaultSecrets(vault.url, new ManagedIdentity(imds.url, 'id'));
    expect(await read('there')).toBe('v');
    expect(await read('absent')).toBeUndefined();
    await expect(read('forbidden')).rejects.toThrow('Cannot read secret forbidden: the vault answers 403');
    expect(tokens).toBe(1);
  });
  test('an identity that is refused says why', async () => {
    const imds = await serve(() => ({ status: 400, body: { error_description: 'Identity not found' } }));
    await expect(new ManagedIdentity(imds.url, undefined).token('https://vault.azure.net')).rejects.toThrow(
      /Identity not found/,
    );
  });
});

describe('heartbeats', () => {
  const status = () => ({ deploymentId: 'demo-a-b', language: 'french', streaming: false }) as Status;

  test('carry the status and the proof, follow the interval they are told, and survive a control plane that is away', async () => {
    const answers = [
      { status: 503, body: 'away' },
      { status: 200, body: { streaming: true, scene: 'slides', intervalSeconds: 0.2, later: 'field' } },
      { status: 200, body: { streaming: false } },
    ];
    const bodies: unknown[] = [];
    const plane = await serve((request, body) => {
      expect([request.method, request.url, request.headers.authorization]).toEqual([
        'POST',
        '/api/agents/heartbeat',
        'Bearer proof',
      ]);
      bodies.push(JSON.parse(body));
      return answers[Math.min(bodies.length, 3) - 1] ?? { status: 500, body: '' };
    });
    const replies: Reply[] = [];
    const logged: string[] = [];
    const heartbeat = new HeartbeatLoop({
      ...{ url: plane.url, intervalSeconds: 0.2, token: async () => 'proof', report: status },
      ...{ onReply: (reply) => replies.push(reply), onGone: () => {}, log: (event) => logged.push(event) },
    });
    heartbeat.start();
    await vi.waitFor(() => expect(replies.length).toBeGreaterThanOrEqual(2), 10_000);
    heartbeat.stop();
    expect(bodies[0]).toEqual(status());
    expect(replies[0]).toEqual({ streaming: true, scene: 'slides', intervalSeconds: 0.2 });
    expect(logged).toEqual(['heartbeat-failed', 'heartbeat-heard-again']);
  });
  test('an answer with garbled parts counts for the rest, and an interval is brought to what is possible', async () => {
    const answers: object[] = [
      { streaming: 'yes', scene: 5, restartId: null, intervalSeconds: 1e9 },
      { streaming: true, scene: 'slides', intervalSeconds: -1 },
    ];
    let asked = 0;
    const plane = await serve(() => ({ status: 200, body: answers[asked++] ?? {} }));
    const replies: Reply[] = [];
    const once = () =>
      new HeartbeatLoop({
        ...{
          url: plane.url,
          intervalSeconds: 60,
          token: async () => 't',
          report: status,
          onGone: () => {},
          log: () => {},
        },
        onReply: (reply) => replies.push(reply),
      });
    for (const heartbeat of [once(), once()]) {
      const before = replies.length;
      heartbeat.start();
      await vi.waitFor(() => expect(replies.length).toBe(before + 1), 10_000);
      heartbeat.stop();
    }
    expect(JSON.parse(JSON.stringify(replies))).toEqual([
      { intervalSeconds: 300 },
      { streaming: true, scene: 'slides' },
    ]);
  });
  test('410 means that the deployment is gone', async () => {
    const plane = await serve(() => ({ status: 410, body: {} }));
    const gone = vi.fn();
    const heartbeat = new HeartbeatLoop({
      ...{
        url: plane.url,
        intervalSeconds: 60,
        token: async () => 't',
        report: status,
        onReply: () => {},
        onGone: gone,
        log: () => {},
      },
    });
    heartbeat.start();
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce(), 10_000);
    heartbeat.stop();
  });
});
