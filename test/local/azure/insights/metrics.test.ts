import { afterEach, beforeEach, expect, test } from 'vitest';
import { mixer, nicIn } from '../compute/machines.ts';
import { relay } from '../container-instance/groups.ts';
import { type World, world } from '../world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

interface Point {
  timeStamp: string;
  average?: number;
}
interface Answer {
  value: { name: { value: string }; timeseries: { data: Point[] }[] }[];
}
const read = async (id: string, names: string, minutes = 10) => {
  const span = `${w.kernel.time.iso(w.clock.now() - minutes * 60_000)}/${w.kernel.time.iso()}`;
  const path = `${id}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=${encodeURIComponent(names)}&timespan=${span}`;
  return w.raw('GET', path);
};
const values = async (id: string, name: string) =>
  ((await read(id, name)).body as unknown as Answer).value[0]?.timeseries[0]?.data.map((one) => one.average);

test('a VM has no CPU samples while it is off, and says so by its availability', async () => {
  const nic = await nicIn(w);
  const vm = await w.run(w.compute.virtualMachines.createOrUpdate('rg', 'mixer', mixer(nic)));
  const id = vm.id ?? '';
  await w.pass(300);
  expect((await values(id, 'Percentage CPU'))?.at(-1)).toBeGreaterThan(1);
  await w.run(w.compute.virtualMachines.deallocate('rg', 'mixer'));
  await w.pass(300);
  expect((await values(id, 'Percentage CPU'))?.at(-1)).toBeUndefined();
  expect((await values(id, 'VmAvailabilityMetric'))?.at(-1)).toBe(0);
  expect(await values(id, 'VmAvailabilityMetric')).toContain(1);
});

test('a container group drops to nothing when it is stopped; both doors give the same samples', async () => {
  await w.group();
  const group = await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay()));
  await w.pass(600);
  const id = group.id ?? '';
  const direct = (await read(id, 'CpuUsage,MemoryUsage')).body as unknown as Answer;
  expect(direct.value.map((one) => one.name.value)).toEqual(['CpuUsage', 'MemoryUsage']);
  const span = `starttime=${w.kernel.time.iso(w.clock.now() - 600_000)}&endtime=${w.kernel.time.iso()}`;
  const batch = await w.raw(
    'POST',
    `https://westeurope.metrics.monitor.azure.com/subscriptions/${w.kernel.account.subscriptionId}/metrics:getBatch?api-version=2024-02-01&metricnamespace=x&metricnames=CpuUsage,MemoryUsage&${span}`,
    { resourceids: [id] },
  );
  expect((batch.body as unknown as { values: Answer[] }).values[0]?.value).toEqual(direct.value);
  await w.run(w.containers.containerGroups.stop('rg', 'relay'));
  await w.pass(120);
  expect((await values(id, 'CpuUsage'))?.at(-1)).toBeUndefined();
  expect(await read(id, 'Nothing')).toMatchObject({
    status: 400,
    body: { error: { code: 'BadRequest', message: expect.stringContaining('Valid metrics: CpuUsage') } },
  });
});

test('timespans as clients write them: escaped twice without a zone, with an offset, or none; others are refused', async () => {
  const nic = await nicIn(w);
  const vm = await w.run(w.compute.virtualMachines.createOrUpdate('rg', 'mixer', mixer(nic)));
  await w.pass(7200);
  const ask = (query: string) =>
    w.raw(
      'GET',
      `${vm.id}/providers/Microsoft.Insights/metrics?api-version=2018-01-01&metricnames=Percentage%20CPU${query}`,
    );
  for (const span of [
    '2026-11-21T09%253A30%253A00.1%252F2026-11-21T10%253A30%253A00.1',
    '2026-11-21T09:30:00+00:00/2026-11-21T10:30:00+00:00',
    '2026-11-21T09:30:00Z/2026-11-21T10:30:00Z',
  ]) {
    const { status, body } = await ask(`&interval=PT1M&timespan=${span}`);
    expect(status, span).toBe(200);
    expect((body as unknown as Answer).value[0]?.timeseries[0]?.data.length).toBeGreaterThanOrEqual(60);
  }
  expect((await ask('')).status).toBe(200);
  for (const query of [
    '&timespan=yesterday',
    '&timespan=2026-11-21T10:00:00Z/2026-11-21T09:00:00Z',
    '&interval=1m',
    '&timespan=%25zz/%25',
  ])
    expect((await ask(query)).status, query).toBe(400);
});

test('the activity log of a group tells what was done to it, newest first', async () => {
  await w.group();
  await w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', 'relay', relay()));
  const path = `/subscriptions/${w.kernel.account.subscriptionId}/providers/microsoft.insights/eventtypes/management/values?api-version=2015-04-01&$filter=${encodeURIComponent("eventTimestamp ge '2026-01-01T00:00:00Z' and resourceGroupName eq 'rg'")}`;
  const { body } = await w.raw('GET', path);
  const lines = (body as unknown as { value: { operationName: { value: string }; status: { value: string } }[] }).value;
  expect(lines[0]).toMatchObject({
    operationName: { value: 'Microsoft.ContainerInstance/containerGroups/write' },
    status: { value: 'Succeeded' },
  });
});

test('a metric alert rule is kept; the SDK takes 200 only, also for a new one', async () => {
  await w.group();
  const path = `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Insights/metricAlerts/down?api-version=2018-03-01`;
  const properties = {
    severity: 1,
    enabled: true,
    scopes: ['x'],
    evaluationFrequency: 'PT1M',
    windowSize: 'PT5M',
    criteria: {},
  };
  expect(await w.raw('PUT', path, { location: 'global', properties })).toMatchObject({ status: 200 });
  expect(await w.raw('GET', path)).toMatchObject({
    status: 200,
    body: { location: 'global', properties: { severity: 1 } },
  });
  expect(await w.raw('PUT', path, { location: 'global', properties: {} })).toMatchObject({ status: 400 });
});
