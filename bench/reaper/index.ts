/** The reaper's scan over a big subscription: it must go page by page, in memory that does not grow with the number of groups. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { START, World } from '../../test/system/world.ts';
import type { Row } from '../main.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

const tags = (event: string) => ({
  'managed-by': 'stream-control',
  purpose: 'streaming-event',
  auto_cleanup: 'true',
  expires: new Date(START + 86_400_000).toISOString(),
  event,
  deployment: `${event}-abc-12345678`,
});

async function measure(count: number): Promise<Row> {
  const world = await World.create({ seed: 'reaper' });
  try {
    for (let nth = 0; nth < count; nth++) {
      const path = `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourcegroups/streaming-e${nth}-1?api-version=2025-04-01`;
      const answer = await world.simulator.handle({
        method: 'PUT',
        url: new URL(path, 'https://management.azure.com'),
        headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
        body: JSON.stringify({ location: 'westeurope', tags: tags(`e${nth}`) }),
      });
      if (answer.status !== 201) throw new Error(`group ${nth}: ${answer.status}`);
    }
    await world.call('GET', '/api/reaper');
    await world.sim('DELETE', '/_sim/requests');
    // Heap seen as each page but the first is sent: what the scan holds shows as growth from one to the next.
    const heaps: number[] = [];
    const { httpClient } = world.simulator;
    const send = httpClient.sendRequest.bind(httpClient);
    let probing = false;
    httpClient.sendRequest = async (request) => {
      if (probing && /resourcegroups\?/i.test(request.url)) heaps.push(heapMb());
      return await send(request);
    };
    const begun = performance.now();
    const { body } = await world.call<{ scanned: number }>('GET', '/api/reaper');
    const seconds = (performance.now() - begun) / 1000;
    if (body.scanned !== count) throw new Error(`scanned ${body.scanned} of ${count} groups`);
    probing = true;
    await world.call('GET', '/api/reaper');
    const steady = heaps.slice(1);
    return {
      groups: count,
      pages: heaps.length,
      'groups/s': Math.round(count / seconds),
      'wall s': Math.round(seconds * 100) / 100,
      'heap growth over the pages MB':
        steady.length > 1 ? Math.round(((steady.at(-1) ?? 0) - (steady[0] ?? 0)) * 100) / 100 : '',
    };
  } finally {
    await world.stop();
  }
}

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [1000, 10_000]) rows.push(await measure(count));
  return rows;
}
