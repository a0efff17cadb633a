/** Over any story, status, cost and certificate say what the simulator's meter says, within one per cent. */
import { describe, expect, it } from 'vitest';
import { seeded } from '../domain/fixtures.ts';
import { deploy, isClose, settled, teardown } from './look.ts';
import { World } from './world.ts';

const SPARE = ['german', 'polish'];
type Certificate = { resources: { name: string; cost?: number }[]; cost: { total: number } };

const between = (random: () => number, least: number, most: number): number =>
  Math.floor(least + random() * (most - least));

const meter = async (world: World) =>
  (await world.sim('GET', '/_sim/meter')) as {
    cost: number;
    perHour: number;
    resources: { id: string; cost: number }[];
  };
const status = async (world: World) =>
  (await world.call('GET', '/api/status/money')).body as {
    state: string;
    languages: string[];
    cost: { soFar: number; perHour: number };
  };

/** What status and cost say of an event where nothing is under way. */
async function agrees(world: World, what: string): Promise<void> {
  const { cost } = await status(world);
  const { body } = await world.call('GET', '/api/events/money/cost');
  const metered = await meter(world);
  isClose(cost.soFar, metered.cost, `${what}, so far`);
  expect(cost.perHour, `${what}, per hour`).toBeCloseTo(metered.perHour, 5);
  expect(Number(body.soFar)).toBeCloseTo(cost.soFar, 4);
}

async function change(world: World, name: string, body: unknown): Promise<void> {
  const answer = await world.call('POST', `/api/events/money/${name}`, body);
  if (answer.status === 202) await settled(world, String(answer.body.operationId), 7200);
}

/** A machine or relay falls ill and is helped: by hand, rung by rung, or by itself. */
async function illness(world: World, random: () => number): Promise<void> {
  const { languages } = await status(world);
  const language = languages[Math.floor(random() * languages.length)] ?? '';
  const rung = ['restart', 'redeploy', 'recreate'][Math.floor(random() * 3)];
  const mixer = new RegExp(`^mixer-${language}-money(-\\d+)?$`);
  const resource = (await world.resources()).find(({ name }) => mixer.test(name))?.id;
  await world.sim('POST', '/_sim/alerts', { resource, fault: random() < 0.5 ? 'evict' : 'silent' });
  await world.until('money', ['degraded', 'remediating'], 1800).catch(() => ({}));
  await change(world, 'remediate', { component: `mixer-${language}`, rung });
}

const ACTS: ((world: World, random: () => number) => Promise<void>)[] = [
  async (world, random) => {
    await change(world, 'pause', {});
    await world.pass(between(random, 300, 2400));
    await agrees(world, 'paused');
    await change(world, 'resume', {});
  },
  async (world, random) => {
    const { languages } = await status(world);
    const add = SPARE.filter((each) => !languages.includes(each)).slice(0, 1 + Math.floor(random() * 2));
    if (add.length > 0) await change(world, 'languages', { add });
  },
  async (world) => {
    const { languages } = await status(world);
    const remove = languages.filter((each) => SPARE.includes(each)).slice(0, 1);
    if (remove.length > 0) await change(world, 'languages', { remove });
  },
  (world, random) =>
    change(world, 'relay', {
      component: random() < 0.5 ? 'relay' : 'slides',
      image: 'streamcontrol.azurecr.io/relay:9',
    }),
  illness,
];

/** Faults that a story may begin with: sizes and regions without room, machines that report late. */
const FAULTS: unknown[][] = [
  [],
  [
    {
      match: { type: 'Microsoft.Compute/virtualMachines', operation: 'create' },
      times: 1,
      outcome: { kind: 'operation-fails', code: 'AllocationFailed' },
    },
  ],
  [
    {
      match: { type: 'Microsoft.Compute/virtualMachines', operation: 'create', region: 'westeurope' },
      outcome: { kind: 'operation-fails', code: 'AllocationFailed' },
    },
  ],
  [
    {
      match: { type: 'Microsoft.Compute/virtualMachines', operation: 'create' },
      times: 1,
      outcome: { kind: 'operation-fails', code: 'OSProvisioningTimedOut' },
    },
  ],
  [
    {
      match: { type: 'Microsoft.ContainerInstance/containerGroups', operation: 'create' },
      times: 1,
      outcome: { kind: 'slow', seconds: 400 },
    },
  ],
];

async function tell(seed: number): Promise<void> {
  const random = seeded(seed);
  const world = await World.create({ seed: `money-${seed}`, faults: FAULTS[seed % FAULTS.length] });
  try {
    await deploy(world, 'money', {
      languages: ['original', 'french'],
      ttl: '24h',
      regions: ['westeurope', 'northeurope'],
      vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v3'],
      environment: seed % 2 ? 'production' : 'development',
    });
    const { state } = await world.until('money', ['live', 'failed']);
    const told: string[] = [];
    if (state === 'live') {
      await world.pass(between(random, 600, 1800));
      await agrees(world, 'live');
      for (let nth = 0; nth < 3; nth++) {
        const act = Math.floor(random() * ACTS.length);
        told.push(String(act));
        await ACTS[act]?.(world, random);
        await world.until('money', ['live', 'failed', 'degraded']);
        await world.pass(between(random, 600, 1800));
        if ((await status(world)).state === 'live') await agrees(world, `after ${told.join(' ')}`);
      }
      await teardown(world, 'money');
    }
    await world.until('money', ['gone', 'failed'], 4 * 3600);
    await world.pass(120);
    const { body } = await world.call<Certificate & Record<string, unknown>>('GET', '/api/events/money/certificate');
    const metered = await meter(world);
    isClose(body.cost.total, metered.cost, `certificate after ${told.join(' ')}`);
    expect((await status(world)).cost).toMatchObject({ soFar: body.cost.total, perHour: 0 });
    // Whatever was billed existed, says the certificate: languages that left as well.
    const names = body.resources.map(({ name }) => name);
    for (const { id, cost } of metered.resources) if (cost > 0) expect(names).toContain(id.split('/').at(-1));
  } finally {
    await world.stop();
  }
}

const SEEDS = Number(process.env.MONEY_SEEDS ?? 2);
describe('the money of a story', { timeout: 240_000 }, () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => index))('%i', tell);
});

it('a machine whose answer was lost, and that was ready while the host was away, has cost since then', async () => {
  const match = { type: 'Microsoft.Compute/virtualMachines', operation: 'create' };
  const world = await World.create({
    seed: 'money-lost',
    faults: [{ match, times: 1, outcome: { kind: 'drop-response' } }],
  });
  try {
    await deploy(world, 'money', { languages: ['original'], ttl: '24h' });
    const sent = async () => (await world.resources()).some(({ type }) => /virtualMachines$/i.test(String(type)));
    while (!(await sent())) await world.pass(1);
    // It is asked for again, found, and watched from then on without an operation.
    await world.pass(45);
    await world.host.stop();
    await world.pass(2400);
    await world.startHost();
    await world.until('money', ['live']);
    await world.pass(60);
    await agrees(world, 'live after the outage');
  } finally {
    await world.stop();
  }
}, 120_000);
