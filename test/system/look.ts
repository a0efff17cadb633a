/** What scenarios look at: vaults, meter, requests, operations, journals; and the simulator's ARM as an outsider uses it. */
import { expect } from 'vitest';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import type { World } from './world.ts';

/** Names of the secrets in both vaults, of one deployment or of all; deleted ones are gone. */
export function secretNames(world: World, deploymentId = ''): string[] {
  const kept = (world.simulator.snapshot({ secrets: true }).state['vault-secrets'] ?? []) as [
    string,
    { name: string; deleted?: unknown },
  ][];
  return kept.flatMap(([, { name, deleted }]) => (deleted || !name.startsWith(deploymentId) ? [] : [name]));
}

/** USD per hour of everything that runs now. */
export async function perHour(world: World): Promise<number> {
  return ((await world.sim('GET', '/_sim/meter')) as { perHour: number }).perHour;
}

/** Fails when what is said, in dollars, is not what the meter says within one per cent, or `least` dollars. */
export function isClose(said: number, metered: number, what: string, least = 1e-6): void {
  expect(Math.abs(said - metered), `${what}: said ${said}, metered ${metered}`).toBeLessThanOrEqual(
    Math.max(0.01 * metered, least),
  );
}

/** Ids of resources that were created more than once; a region or a second machine has names of its own. */
export async function createdTwice(world: World): Promise<string[]> {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as {
    requests: { method: string; path: string; status: number }[];
  };
  const created = requests
    .filter(({ method, status, path }) => method === 'PUT' && status === 201 && path.startsWith('/subscriptions'))
    .map(({ path }) => path.toLowerCase());
  return created.filter((path, index) => created.indexOf(path) !== index);
}

/** What is left of events: resources, secrets and cost; empty when all is well. */
export async function leftovers(world: World): Promise<string[]> {
  const rate = await perHour(world);
  return [
    ...(await world.resources()).map(({ id }) => id),
    ...secretNames(world),
    ...(rate === 0 ? [] : [`${rate} USD per hour`]),
  ];
}

export interface Outcome {
  outcome: 'pending' | 'accepted' | 'refused' | 'done' | 'failed';
  reason?: string;
}

export const outcomeOf = async (world: World, operationId: string): Promise<Outcome> =>
  (await world.call<Outcome & Record<string, unknown>>('GET', `/api/operations/${operationId}`)).body;

/** Lets time pass until an operation has ended. */
export async function settled(world: World, operationId: string, limitSeconds = 3600): Promise<Outcome> {
  const limit = world.clock.now() + limitSeconds * 1000;
  for (;;) {
    const outcome = await outcomeOf(world, operationId);
    if (outcome.outcome !== 'pending' && outcome.outcome !== 'accepted') return outcome;
    if (world.clock.now() >= limit) throw new Error(`${operationId} is ${outcome.outcome} after ${limitSeconds} s`);
    await world.pass(10);
  }
}

/** Lines `code text` of an event's journal. */
export async function journal(world: World, event: string): Promise<string[]> {
  const { body } = await world.call<{ entries: { code: string; text: string }[] }>(
    'GET',
    `/api/events/${event}/journal`,
  );
  return body.entries.map(({ code, text }) => `${code} ${text}`);
}

/** Deploys and returns the deploymentId. @throws Error when it is not accepted */
export async function deploy(world: World, event: string, request: Record<string, unknown> = {}): Promise<string> {
  const answer = await world.call('POST', '/api/deploy', { event, languages: ['original'], ...request });
  if (answer.status !== 202) throw new Error(`deploy of ${event}: ${answer.text}`);
  return String(answer.body.deploymentId);
}

export const teardown = (world: World, event: string) => world.call('POST', '/api/teardown', { event, confirm: true });

/** One call to the simulator's ARM from outside the product. */
export async function arm(
  world: World,
  method: string,
  path: string,
  body?: unknown,
  version = '2024-11-01',
): Promise<number> {
  const { status } = await world.clock.track(
    world.simulator.handle({
      method,
      url: new URL(`/subscriptions/${DEFAULT_SUBSCRIPTION}/${path}?api-version=${version}`, 'http://127.0.0.1'),
      headers: { 'content-type': 'application/json', authorization: 'Bearer outsider' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  return status;
}
