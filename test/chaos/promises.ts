/** The promises that no seed may break, each as a look at the world when everything is over. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { secretNames } from '../system/look.ts';
import type { World } from '../system/world.ts';
import { OTHER, type Stage } from './attacks.ts';
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

/** Kinds that hang on a machine, interface or address that was given away, so that Azure does not let them go, or must not. */
const TIED = /^(Microsoft\.Network\/|Microsoft\.Compute\/disks$|Microsoft\.Compute\/virtualMachines$)/i;
const within = (id: string) => id.toLowerCase().replace(/^.*?\/resourcegroups/, 'resourcegroups');

/** What is left although it was ours; a group stays while it holds what is not, and what hangs on that. */
export async function remains({ world, foreign, given, either }: Stage): Promise<string[]> {
  const lower = (paths: Iterable<string>) => [...paths].map((path) => path.toLowerCase());
  const theirs = lower([...foreign.keys(), ...given.keys(), ...either]);
  const tied = lower(given.keys()).map((path) => path.split('/providers/')[0]);
  const mayStay = ({ id, type }: { id: string; type: string }) => {
    const path = within(id);
    return (
      theirs.some((their) => `${path}/`.startsWith(`${their}/`) || their.startsWith(`${path}/`)) ||
      (TIED.test(type) && /original|vnet|nsg/.test(path) && tied.some((group) => path.startsWith(`${group}/`)))
    );
  };
  const standing = await world.resources();
  return [
    ...standing.filter((one) => !mayStay(one)).map(({ id }) => `left: ${id}`),
    // They go when everything else has.
    ...(given.size > 0 ? [] : secretNames(world).map((name) => `secret left: ${name}`)),
  ];
}

/** What belonged to others and is not as it was; what was given to others and is gone, or theirs no more. */
export async function touched({ world, foreign, given }: Stage): Promise<string[]> {
  const found: string[] = [];
  for (const [path, before] of foreign) {
    const version = /disks/.test(path) ? '2024-03-02' : /Addresses/.test(path) ? '2024-05-01' : undefined;
    const now = await read(world, path, version);
    if (now !== before)
      found.push(now === undefined ? `foreign and gone: ${path}` : `foreign and changed: ${path}: ${before} -> ${now}`);
  }
  for (const [path, version] of given) {
    const now = await read(world, path, version);
    if (!now?.includes(OTHER)) found.push(`given away and ${now ? 'taken back' : 'gone'}: ${path}`);
  }
  return found;
}

const OFF = /\/(restart|redeploy|deallocate|stop|powerOff|reimage)$/i;

/** What was switched off, restarted or thrown away while it was well and nobody had asked. @param where of what is well */
export async function disturbed(world: World, where = /./): Promise<string[]> {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  return requests
    .filter(
      ({ method, path }) =>
        (method === 'POST' && OFF.test(path) && where.test(path)) ||
        // Another machine in its place. Deletions by themselves are how a group with strangers in it is emptied.
        (method === 'PUT' && /virtualMachines\/mixer-.*-[2-9]$/i.test(path)),
    )
    .map(({ method, path }) => `taken off the air while well: ${method} ${path}`);
}

/**
 * Deployments that have no certificate although they were accepted; where all was well, those that did not live their time.
 * @param absences of the control plane: who ends in one need not have been seen live before
 */
export async function uncertified(
  world: World,
  accepted: readonly Accepted[],
  well: boolean,
  absences: readonly (readonly [from: number, to: number])[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { deploymentId, seconds } of accepted) {
    const certificate = await certificateOf(world, deploymentId);
    if (!certificate) found.push(`no certificate of ${deploymentId}`);
    else if (well) {
      const { liveAt, acceptedAt, endedAt, outcome, reason } = certificate;
      const lived = (Date.parse(endedAt) - Date.parse(acceptedAt)) / 1000;
      const due = Date.parse(acceptedAt) + seconds * 1000;
      const unseen = absences.some(([from, to]) => from <= due && due <= to);
      if (!(liveAt || unseen) || outcome !== 'gone' || lived < seconds)
        found.push(`${deploymentId} should have lived ${seconds} s: ${outcome} after ${lived} s, ${reason}`);
    }
  }
  return found;
}

/** A deployment that was accepted. */
export interface Accepted {
  deploymentId: string;
  /** Its time to live. */
  seconds: number;
}

interface Certified {
  deploymentId: string;
  outcome: string;
  reason: string;
  acceptedAt: string;
  liveAt?: string;
  endedAt: string;
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

async function certificateOf(world: World, deploymentId: string): Promise<Certified | undefined> {
  const record = await world.instance(`record-${deploymentId}`);
  return ((record.output ?? {}) as { certificate?: Certified }).certificate;
}

async function certificates(world: World): Promise<Certified[]> {
  const { body } = await world.call<{ events: { deploymentId: string }[] }>('GET', '/api/events?past=true');
  const found: Certified[] = [];
  for (const { deploymentId } of body.events) {
    const certificate = await certificateOf(world, deploymentId);
    if (certificate) found.push(certificate);
  }
  return found;
}
