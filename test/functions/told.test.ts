import { createHttpHeaders, type HttpClient } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journal } from '../system/look.ts';
import { World } from '../system/world.ts';

const WORKFLOW = 'https://flow.example/hook';
let world: World;
/** What the workflow answers, and how often it was asked. */
let status: number;
let asked: number;

beforeEach(async () => {
  status = 503;
  asked = 0;
  world = await World.create({ seed: 'told', settings: { TEAMS_WORKFLOW_URL: WORKFLOW } });
  const network = world.simulator.httpClient as HttpClient;
  const azure = network.sendRequest.bind(network);
  network.sendRequest = async (request) => {
    if (request.url !== WORKFLOW) return await azure(request);
    asked++;
    return { request, status, headers: createHttpHeaders() };
  };
});
afterEach(() => world.stop());

interface Status {
  state: string;
  alerts: { component: string; title: string }[];
}
const alerts = async () => (await world.call<Status>('GET', '/api/status/demo')).body.alerts;
const lines = async (code: string) => (await journal(world, 'demo')).filter((line) => line.startsWith(`${code} `));

async function live() {
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'] });
  await world.until('demo', ['live']);
  // Six tries of half a minute.
  await world.pass(60);
  expect(asked).toBe(6);
}

test('what Teams does not take shows in status and journal, and is told later', async () => {
  await live();
  expect(await alerts()).toEqual([expect.objectContaining({ component: 'notifications' })]);
  expect(await lines('not-told')).toEqual([
    expect.stringMatching(/^not-told tried again later: live: demo is live.*503\)$/),
  ]);
  status = 202;
  await world.pass(6 * 60);
  expect(await alerts()).toEqual([]);
  expect(await lines('told-late')).toHaveLength(1);
  expect(asked).toBe(7);
});

test('it is given up in the end, in plain sight, and holds nothing up', async () => {
  await live();
  // Half a day of heartbeats tells nothing more.
  await world.call('POST', '/api/events/demo/pause', {});
  await world.until('demo', ['paused']);
  await world.pass(12 * 3600);
  expect(await lines('not-told')).toEqual([
    expect.stringContaining('tried again later'),
    expect.stringContaining('given up'),
  ]);
  expect(await alerts()).toHaveLength(1);
  expect(asked).toBe(30);
  const { body } = await world.call<{ deploymentId: string }>('GET', '/api/status/demo');
  const given = await world.instance(`${body.deploymentId}-notify-1`);
  expect(given).toMatchObject({ runtimeStatus: 'Failed', output: expect.stringContaining('HTTP 503') });
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone'], 3600, 30);
});
