import { afterEach, expect, test } from 'vitest';
import { traceOf } from '../../telemetry/span.ts';
import { disguises } from '../support/disguises.ts';
import { arm } from './look.ts';
import { World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const KEY = 'canary/key+of"original';

interface Item {
  tags: Record<string, string>;
  data: { baseType: string; baseData: { name?: string; metrics?: { name: string }[] } };
}

test('Application Insights is told the same, by the ingestion of the component', async () => {
  const settings: Record<string, string> = {};
  world = World.prepare({ seed: 'insights', settings });
  const component = 'resourceGroups/rg-monitoring/providers/Microsoft.Insights/components/appi';
  await arm(world, 'PUT', 'resourceGroups/rg-monitoring', { location: 'westeurope' });
  const properties = { Application_Type: 'web' };
  expect(await arm(world, 'PUT', component, { location: 'westeurope', kind: 'web', properties }, '2020-02-02')).toBe(
    201,
  );
  const { ConnectionString } =
    world.simulator.kernel.resources.ofType('Microsoft.Insights/components')[0]?.properties ?? {};
  settings.APPLICATIONINSIGHTS_CONNECTION_STRING = String(ConnectionString);

  const network = world.simulator.httpClient;
  const send = network.sendRequest.bind(network);
  const items: Item[] = [];
  const answers: number[] = [];
  network.sendRequest = async (request) => {
    const answer = await send(request);
    if (request.url.endsWith('/v2.1/track')) {
      items.push(...(JSON.parse(String(request.body)) as Item[]));
      answers.push(answer.status);
    }
    return answer;
  };
  await world.startHost();
  const { deploymentId } = (
    await world.call<{ deploymentId: string }>('POST', '/api/deploy', {
      event: 'insight',
      languages: ['original'],
      youtubeKeys: { original: KEY },
    })
  ).body;
  await world.until('insight', ['live']);
  await world.call('POST', '/api/teardown', { event: 'insight', confirm: true });
  await world.until('insight', ['gone']);
  await world.pass(60);

  expect(new Set(answers)).toEqual(new Set([200]));
  const spans = items.filter(({ data }) => data.baseType !== 'MetricData');
  expect(new Set(spans.map(({ tags }) => tags['ai.operation.id']))).toEqual(new Set([traceOf(deploymentId)]));
  expect(spans.filter(({ data }) => data.baseType === 'RequestData').map(({ data }) => data.baseData.name)).toEqual([
    'deployment',
  ]);
  const names = spans.map(({ data }) => data.baseData.name);
  for (const name of ['node relay', 'PUT Microsoft.Compute/virtualMachines', 'state preflight', 'removal'])
    expect(names).toContain(name);
  const metrics = items.flatMap(({ data }) => data.baseData.metrics ?? []);
  expect(metrics).toMatchObject([{ name: 'stream_control.deployment.ready_time', kind: 1, count: 1 }]);
  const told = JSON.stringify(items);
  for (const form of disguises(KEY)) expect(told.includes(form), form).toBe(false);
});
