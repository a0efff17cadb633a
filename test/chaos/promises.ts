/** The promises that no seed may break, each as a look at the world when everything is over. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { secretNames } from '../system/look.ts';
import type { World } from '../system/world.ts';
import type { Stage } from './attacks.ts';
import { read } from './outside.ts';
import { canaryOf } from './plan.ts';

function* files(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

/** Where a stream key stands that should be nowhere but in the vault (which this simulator keeps in memory). */
export function leaks(world: World, seed: number): string[] {
  const canary = canaryOf(seed);
  const forms = [canary, JSON.stringify(canary).slice(1, -1), encodeURIComponent(canary), btoa(canary).slice(0, -4)];
  const shown = (text: string) => forms.some((form) => text.includes(form));
  const found = [...files(world.dataDir)].filter((path) => shown(readFileSync(path, 'latin1')));
  if (shown(world.log.join('\n'))) found.push('log');
  if (shown(JSON.stringify(world.simulator.snapshot()))) found.push('simulator');
  return found.map((place) => `stream key in ${place}`);
}

/** Instances that have not ended. */
export async function running(world: World): Promise<string[]> {
  const { body } = await world.call('GET', '/runtime/webhooks/durabletask/instances?top=5000');
  const instances = body as unknown as { instanceId: string; runtimeStatus: string }[];
  return instances
    .filter(({ instanceId, runtimeStatus }) => runtimeStatus === 'Running' && !instanceId.startsWith('@'))
    .map(({ instanceId }) => instanceId);
}

/** What is left although it was ours; a group stays while it holds what is not. */
export async function remains({ world, foreign }: Stage): Promise<string[]> {
  const theirs = [...foreign.keys()].map((path) => `/${path.toLowerCase()}`);
  const standing = await world.resources();
  return [
    ...standing
      .filter(
        ({ id }) =>
          !theirs.some((path) => id.toLowerCase().endsWith(path) || `${id.toLowerCase()}/`.includes(`${path}/`)),
      )
      .filter(
        ({ id }) =>
          !theirs.some((path) =>
            path.startsWith(`${id.toLowerCase().replace(/^.*?\/resourcegroups/, '/resourcegroups')}/`),
          ),
      )
      .map(({ id }) => `left: ${id}`),
    ...secretNames(world).map((name) => `secret left: ${name}`),
  ];
}

/** What belonged to others and is not as it was. */
export async function touched({ world, foreign }: Stage): Promise<string[]> {
  const found: string[] = [];
  for (const [path, before] of foreign) {
    const version = /disks/.test(path) ? '2024-03-02' : /Addresses/.test(path) ? '2024-05-01' : undefined;
    const now = await read(world, path, version);
    if (now !== before)
      found.push(now === undefined ? `foreign and gone: ${path}` : `foreign and changed: ${path}: ${before} -> ${now}`);
  }
  return found;
}

/** What was switched off, restarted or thrown away while everything was well and nobody had asked. */
export async function disturbed(world: World): Promise<string[]> {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  return requests
    .filter(
      ({ method, path }) =>
        (method === 'POST' && /\/(restart|redeploy|deallocate|stop|powerOff|reimage)$/i.test(path)) ||
        // Another machine in its place. Deletions by themselves are how a group with strangers in it is emptied.
        (method === 'PUT' && /virtualMachines\/mixer-.*-[2-9]$/i.test(path)),
    )
    .map(({ method, path }) => `taken off the air while well: ${method} ${path}`);
}

interface Certified {
  deploymentId: string;
  resourceGroups: string[];
  cost: { total: number };
}

/** Share, and dollars, by which a certificate may differ from what Azure's meter says of its groups. */
const SHARE = 0.01;
const CENTS = 0.005;

/** Certificates whose sum is not the meter's. */
export async function miscounted({ world, foreign }: Stage): Promise<string[]> {
  const { resources } = (await world.sim('GET', '/_sim/meter')) as { resources: { id: string; cost: number }[] };
  const theirs = [...foreign.keys()].map((path) => path.toLowerCase());
  const found: string[] = [];
  for (const { deploymentId, resourceGroups, cost } of await certificates(world)) {
    const groups = resourceGroups.map((group) => `/resourcegroups/${group.toLowerCase()}/`);
    const metered = resources
      .filter(({ id }) => groups.some((group) => id.toLowerCase().includes(group)))
      .filter(({ id }) => !theirs.some((path) => id.toLowerCase().endsWith(path)))
      .reduce((sum, each) => sum + each.cost, 0);
    if (Math.abs(metered - cost.total) > Math.max(SHARE * metered, CENTS))
      found.push(`the certificate of ${deploymentId} says ${cost.total} USD, the meter ${metered.toFixed(4)}`);
  }
  return found;
}

async function certificates(world: World): Promise<Certified[]> {
  const { body } = await world.call<{ events: { deploymentId: string }[] }>('GET', '/api/events?past=true');
  const found: Certified[] = [];
  for (const { deploymentId } of body.events) {
    const record = await world.instance(`record-${deploymentId}`);
    const { certificate } = (record.output ?? {}) as { certificate?: Certified };
    if (certificate) found.push(certificate);
  }
  return found;
}
