/** What strangers, accidents and odd alerts do to a world: each is aimed at an event and has many forms, picked by a number. */
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { ALERT_SECRET, type World } from '../system/world.ts';
import { read, send } from './outside.ts';

export const ATTACKS = [
  'stranger',
  'forgery',
  'recase',
  'retag',
  'alert',
  'order',
  'terminate',
  'death',
  'jump',
] as const;
export type Attack = (typeof ATTACKS)[number];

export interface Stage {
  world: World;
  /** What belongs to others, by id, as it was when it was made: it must stay so. */
  foreign: Map<string, string>;
  /** Groups that may go, when nobody speaks for their deployment any more, or stay. */
  either: Set<string>;
  /** What was the event's and was given away, by id, with the version it is read in. */
  given: Map<string, string>;
  /** Invocations that the worker will die in. */
  deaths: number;
  /** Azure's clock has been moved, or a machine was given away: sums of money do not compare. */
  uncounted: boolean;
}

const choose = <T>(list: readonly T[], form: number): T => list[form % list.length] as T;
/** A deployment of somebody else's. */
export const OTHER = 'other-mabc1234-a1b2c3d4';
/** A group of somebody else's that is there from the beginning. */
export const FOREIGN = 'rg-of-somebody-else';
export const groupPath = (group: string) => `resourcegroups/${group}`;

/** The event's group and deployment as its status shows them; undefined when there is none. */
async function target(world: World, event: string): Promise<{ group: string; deploymentId: string } | undefined> {
  const { status, body } = await world.call<{ resourceGroup?: string; deploymentId?: string }>(
    'GET',
    `/api/status/${event}`,
  );
  if (status !== 200 || !body.resourceGroup || !body.deploymentId) return undefined;
  return { group: body.resourceGroup, deploymentId: body.deploymentId };
}

/** Remembers what it looks like now, when it is there. */
async function keep({ world, foreign }: Stage, path: string, version?: string): Promise<void> {
  let found = await read(world, path, version);
  // Where Azure is slow it is still being made.
  for (let tried = 0; tried < 20 && /"provisioningState":"(Creating|Updating)"/.test(found ?? ''); tried++) {
    await world.pass(30);
    found = await read(world, path, version);
  }
  if (found) foreign.set(path, found);
}

/** Somebody's disk, address or container in the event's group. */
async function stranger(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  if (!at) return;
  const tags = choose([{ owner: 'accounting' }, {}, { deployment: 'other-abc123-12345678' }, { Event: event }], form);
  const [type, version, body] = choose(
    [
      [
        'Microsoft.Compute/disks',
        '2024-03-02',
        { sku: { name: 'Standard_LRS' }, properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 32 } },
      ],
      [
        'Microsoft.Network/publicIPAddresses',
        '2024-05-01',
        { sku: { name: 'Standard' }, properties: { publicIPAllocationMethod: 'Static' } },
      ],
    ] as const,
    form >> 2,
  );
  const path = `${groupPath(at.group)}/providers/${type}/theirs-${form}`;
  await send(stage.world, 'PUT', path, { location: 'westeurope', tags, ...body }, version);
  await stage.world.pass(60);
  await keep(stage, path, version);
}

/** Seconds in the name of a group with which nothing is wrong but that its deployment made others. */
const PERFECT = '1795731037';

/** A group that looks like one of ours, but not quite. */
async function forgery(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  const expires = new Date(stage.world.clock.now() - 2 * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z');
  const ours = {
    'managed-by': 'stream-control',
    purpose: 'streaming-event',
    auto_cleanup: 'true',
    event,
    expires,
    // Of nobody, or of an event that is there.
    deployment: (form < 500 && at?.deploymentId) || `${event}-mwy3duvo-pvj1i1qf`,
  };
  const forged: [name: string, tags: Record<string, string>] = choose(
    [
      [`backup-of-${event}`, ours],
      [`streaming-${event}`, ours],
      [`streaming-${event}-17957310311795731031`, { ...ours, deployment: `${event}-mwy3duvo` }],
      [`streaming-${event}-1795731031`, { ...ours, deployment: "x' or tagName eq 'purpose" }],
      [`streaming-${event}-1795731032`, { ...ours, deployment: '' }],
      [`streaming-${event}-1795731033`, { ...ours, expires: '2026-02-30T09:00:00Z' }],
      [`streaming-${event}-1795731034`, { ...ours, hold: choose(['yes', 'TRUE', 'until monday', '1'], form) }],
      [`streaming-${event}-1795731035`, { ...ours, purpose: 'mail' }],
      [`streaming-other-1795731036`, ours],
      // Such as the reaper takes, but for the one thing that no tag can say: the event lives.
      [`streaming-${event}-${PERFECT}`, ours],
    ],
    form,
  );
  const [name, tags] = forged;
  await send(stage.world, 'PUT', groupPath(name), { location: 'westeurope', tags });
  if (name.endsWith(PERFECT)) stage.either.add(groupPath(name));
  else await keep(stage, groupPath(name));
}

/** A policy that writes the names of tags in its own way. */
async function recase(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  const found = at && (await read(stage.world, groupPath(at.group)));
  if (!at || !found) return;
  const { tags = {} } = JSON.parse(found) as { tags?: Record<string, string> };
  const change = choose(
    [(name: string) => name.toUpperCase(), (name: string) => name.charAt(0).toUpperCase() + name.slice(1)],
    form,
  );
  const renamed = Object.fromEntries(Object.entries(tags).map(([name, value]) => [change(name), value]));
  await send(stage.world, 'PATCH', groupPath(at.group), { tags: renamed });
}

/** A machine, or its network interface, is given to another deployment: from now on it is that one's. */
async function retag(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  if (!at) return;
  const [path, version] = choose(
    [
      [`Microsoft.Compute/virtualMachines/mixer-original-${event}`, '2024-07-01'],
      [`Microsoft.Network/networkInterfaces/nic-original-${event}`, '2024-05-01'],
      [`Microsoft.Network/publicIPAddresses/pip-original-${event}`, '2024-05-01'],
    ] as const,
    form,
  );
  const id = `${groupPath(at.group)}/providers/${path}`;
  if ((await read(stage.world, id, version)) === undefined) return;
  const tags = { operation: 'Merge', properties: { tags: { deployment: OTHER } } };
  await send(stage.world, 'PATCH', `${id}/providers/Microsoft.Resources/tags/default`, tags);
  stage.uncounted = true;
  stage.given.set(id, version);
}

/** Somebody with the host's key starts what deletes, for what is not ours, with what is no input. */
async function order(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  const group = choose([FOREIGN, FOREIGN, at?.group ?? FOREIGN], form);
  const rest = {
    parent: '',
    n: 0,
    languages: [],
    secrets: true,
    installation: {
      subscriptionId: DEFAULT_SUBSCRIPTION,
      keyVaultUrl: 'https://control.vault.azure.net',
      mixerVaultUrl: 'https://mixers.vault.azure.net',
      timeScale: 1,
    },
    pollSeconds: 10,
  };
  const input = choose<unknown>(
    [
      { ...rest, resourceGroup: group },
      { ...rest, resourceGroup: group, deploymentId: '', event: '' },
      { ...rest, resourceGroup: group, deploymentId: 'x', event },
      // A perfect one: but the event lives.
      { ...rest, resourceGroup: at?.group, deploymentId: at?.deploymentId, event },
      group,
    ],
    form >> 2,
  );
  await stage.world.call('POST', `/durabletask/orchestrators/remove/order-${form}`, input);
}

/** An alert about something that is well. */
async function alert(stage: Stage, event: string, form: number): Promise<void> {
  const at = await target(stage.world, event);
  if (!at) return;
  const now = new Date(stage.world.clock.now()).toISOString();
  const past = new Date(stage.world.clock.now() - 86_400_000).toISOString();
  const essentials = {
    alertId: `/subscriptions/${DEFAULT_SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/a-${form % 7}`,
    originAlertId: `origin-${form % 3}`,
    alertRule: 'availability of mixers',
    severity: 'Sev1',
    signalType: 'Activity Log',
    monitoringService: 'Resource Health',
    alertTargetIDs: [
      `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourceGroups/${at.group}/providers/Microsoft.Compute/virtualMachines/mixer-original-${event}`,
    ],
    firedDateTime: choose([now, past, 'soon'], form >> 3),
    monitorCondition: choose(['Fired', 'Fired', 'Resolved'], form),
    ...(form % 3 === 2 ? { resolvedDateTime: now } : {}),
  };
  const health = choose(['Available', 'Unknown', 'Unavailable', 'Degraded'], form >> 1);
  const cause = choose(['PlatformInitiated', 'UserInitiated', 'Unknown'], form >> 4);
  const properties = { title: 'x', currentHealthStatus: health, previousHealthStatus: 'Available', cause };
  const alertContext = choose<unknown>(
    [{ properties, eventTimestamp: now }, { properties }, null, 'text', {}],
    form >> 5,
  );
  const body = { schemaId: 'azureMonitorCommonAlertSchema', data: { essentials, alertContext } };
  await stage.world.call('POST', `/api/alerts?code=${ALERT_SECRET}`, body);
}

/** An administrator's hand on what must not be touched. */
async function terminate(stage: Stage, event: string, form: number): Promise<void> {
  const { world } = stage;
  const at = await target(world, event);
  if (!at) return;
  const instance = choose(
    [`event-${event}`, `${at.deploymentId}-relay-1`, `${at.deploymentId}-mixer-original-1`, `${at.deploymentId}-ttl-1`],
    form,
  );
  await world.call('POST', `/runtime/webhooks/durabletask/instances/${instance}/terminate?reason=chaos`);
}

const acts: Record<Attack, (stage: Stage, event: string, form: number) => Promise<void>> = {
  stranger,
  forgery,
  recase,
  retag,
  alert,
  order,
  terminate,
  async death(stage, _event, form) {
    stage.deaths += choose([1, 2, 5], form);
  },
  async jump(stage, _event, form) {
    stage.uncounted = true;
    await stage.world.sim('POST', '/_sim/clock', { jumpSeconds: choose([-600, 600, -30, 5], form) });
  },
};

export const attack = (stage: Stage, what: Attack, event: string, form: number): Promise<void> =>
  acts[what](stage, event, form);

/** Beats that a broken agent stays with one form. */
const SPELL = 5;

/** A heartbeat as a broken agent or a strange OBS would send it. */
export function oddly(body: Record<string, unknown>, beat: number): Record<string, unknown> {
  return {
    ...body,
    ...choose<Record<string, unknown>>(
      [
        { scene: 'x'.repeat(200) },
        { reconnects: -1, droppedFrames: 1e300 },
        { droppedFrames: 'many', extra: { deep: [1] } },
        { problems: Array.from({ length: 200 }, () => '\u001b[31mproblem') },
        { scene: null },
        {},
      ],
      Math.floor(beat / SPELL),
    ),
  };
}
