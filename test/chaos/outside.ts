/** Azure as somebody else in the same subscription uses it. */
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import type { World } from '../system/world.ts';

const VERSION = '2024-11-01';

async function call(world: World, method: string, path: string, body: unknown, version: string) {
  // A slow answer takes its time, which must pass meanwhile.
  return await world.driven(
    world.simulator.handle({
      method,
      url: new URL(`/subscriptions/${DEFAULT_SUBSCRIPTION}/${path}?api-version=${version}`, 'http://127.0.0.1'),
      headers: { 'content-type': 'application/json', authorization: 'Bearer outsider' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
}

/** @returns the status; 599 when the fault plan cut the connection */
export async function send(
  world: World,
  method: string,
  path: string,
  body: unknown,
  version = VERSION,
): Promise<number> {
  return await call(world, method, path, body, version).then(
    ({ status }) => status,
    () => 599,
  );
}

/** What stands there, as JSON; undefined when nothing does. Read again where a fault is in the way. */
export async function read(world: World, path: string, version = VERSION): Promise<string | undefined> {
  for (let tried = 0; tried < 20; tried++) {
    const answer = await call(world, 'GET', path, undefined, version).catch(() => undefined);
    if (answer?.status === 200) return JSON.stringify(answer.body);
    if (answer?.status === 404) return undefined;
    await world.pass(30);
  }
  throw new Error(`${path} cannot be read`);
}
