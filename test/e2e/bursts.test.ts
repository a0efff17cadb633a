import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './process.ts';
import { Stack } from './stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await new Stack({ timeScale: 300 }).start();
});
afterAll(() => stack.dispose());

type Accepted = { operationId: string; deploymentId: string };
type Entry = { code: string; text: string };
const TWENTY = Array.from({ length: 20 }, (_, index) => index);
const burst = (send: (index: number) => Promise<{ status: number; json: Accepted }>) => Promise.all(TWENTY.map(send));
const change = (name: string, body: unknown) => stack.api<Accepted>('POST', `/api/events/burst/${name}`, body);

const outcome = (id: string) =>
  until(async () => {
    const { json } = await stack.api<{ outcome: string }>('GET', `/api/operations/${id}`);
    return json.outcome === 'pending' || json.outcome === 'accepted' ? undefined : json.outcome;
  });
const state = async () => (await stack.api<{ state: string }>('GET', '/api/status/burst')).json.state;
const journal = async (code: string, text: string) => {
  const { json } = await stack.api<{ entries: Entry[] }>('GET', '/api/events/burst/journal');
  return json.entries.filter((entry) => entry.code === code && entry.text.startsWith(text)).length;
};

describe('bursts of twenty commands', () => {
  it('deploy: one wins, nineteen are told that the name is taken', async () => {
    const answers = await burst(() =>
      stack.api('POST', '/api/deploy', { event: 'burst', languages: ['original', 'french'] }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(19).fill(409)]);
  });

  it('extend while it provisions: each takes effect exactly once', async () => {
    const answers = await burst((index) => change('extend', { ttl: `${30 + index}h` }));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    const ids = new Set(answers.map(({ json }) => json.operationId));
    expect(ids.size).toBe(20);
    expect(await Promise.all([...ids].map(outcome))).toEqual(Array(20).fill('done'));
    expect(await journal('operation-done', 'extend')).toBe(20);
  });

  it('all kinds at once while it is live: every one is done or refused, and the end is that of some order', async () => {
    await until(async () => ((await state()) === 'live' ? true : undefined));
    const kinds: [string, unknown][] = [
      ['extend', { ttl: '26h' }],
      ['pause', {}],
      ['resume', {}],
      ['languages', { add: ['german'] }],
    ];
    const answers = await burst((index) => change(...(kinds[index % 4] as [string, unknown])));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    const ends = await Promise.all(accepted.map(({ json }) => outcome(json.operationId)));
    expect(ends.filter((end) => end !== 'done' && end !== 'refused')).toEqual([]);
    const { json } = await stack.api<{ state: string; languages: string[] }>('GET', '/api/status/burst');
    expect(['live', 'paused']).toContain(json.state);
    // Only the first of the equal changes can have been done; the resources tell the same as the status.
    expect(await journal('operation-done', 'languages')).toBe(json.languages.includes('german') ? 1 : 0);
    const machines = (await stack.resources()).filter(({ type }) => type === 'Microsoft.Compute/virtualMachines');
    expect(machines).toHaveLength(json.languages.length);
  });

  it('teardown: all are the same operation, and nothing is left', async () => {
    const answers = await burst(() => stack.api('POST', '/api/teardown', { event: 'burst', confirm: true }));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    const ids = [...new Set(answers.map(({ json }) => json.operationId))];
    expect(ids).toHaveLength(1);
    expect(await outcome(ids[0] ?? '')).toBe('done');
    expect(await stack.resources()).toEqual([]);
    expect(await journal('operation-done', 'teardown')).toBe(1);
  });

  it('no node ran twice', async () => {
    const { json } = await stack.api<{ instanceId: string; name: string }[]>(
      'GET',
      '/runtime/webhooks/durabletask/instances?top=1000',
    );
    const nodes = json.filter(({ name }) => name === 'node').map(({ instanceId }) => instanceId);
    expect(nodes.length).toBeGreaterThan(10);
    const { requests } = await stack.sim<{ requests: { method: string; path: string; status: number }[] }>(
      'GET',
      '/_sim/requests',
    );
    const created = requests
      .filter(({ method, status }) => method === 'PUT' && status === 201)
      .map(({ path }) => path.toLowerCase());
    expect(created.filter((path, index) => created.indexOf(path) !== index)).toEqual([]);
  });
});
