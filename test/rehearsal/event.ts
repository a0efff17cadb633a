/** One event on the installation, as an operator sees it: it appears in three languages, is broken twice, heals, and leaves nothing. */
import { type Certificate, verifyCertificate } from '../../domain/certificate.ts';
import { arm } from '../system/look.ts';
import type { World } from '../system/world.ts';

const EVENT = 'rehearsal';
/** Comes and goes beside it, undisturbed: its group is removed whole. */
const QUIET = 'undisturbed';
const LANGUAGES = ['original', 'english', 'french'];
const HOUR = 3_600_000;

export type Call = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

type Done = (status: Record<string, unknown>) => boolean;
async function waitFor(world: World, call: Call, what: string, done: Done, event = EVENT) {
  const limit = world.clock.now() + 3 * HOUR;
  for (;;) {
    const status = await call('GET', `/api/status/${event}`);
    if (done(status)) return status;
    if (status.state === 'failed' || status.state === 'broken' || world.clock.now() > limit)
      throw new Error(
        `Event ${event} is ${String(status.state)} instead of ${what}: ${await words(call, event, status)}`,
      );
    await world.pass(5);
  }
}

/** What the event says of its failure: status and journal together name the action that is missing. */
async function words(call: Call, event: string, status: Record<string, unknown>): Promise<string> {
  const { entries } = (await call('GET', `/api/events/${event}/journal`)) as { entries: { text: string }[] };
  return JSON.stringify([status.error, status.lastOperation, ...entries.slice(-12).map(({ text }) => text)]);
}

/** Somebody else's disk in the group: ours then go one by one, and it stays. */
const leaveDisk = async (world: World, group: string): Promise<void> => {
  const path = `resourceGroups/${group}/providers/Microsoft.Compute/disks/ledger`;
  const blank = { location: 'westeurope', properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 32 } };
  const status = await arm(world, 'PUT', path, blank, '2024-03-02');
  if (status >= 300) throw new Error(`A stranger's disk cannot be made: ${status}`);
};

/** @throws Error with what the event said */
export async function rehearseEvent(world: World, call: Call, say: (line: string) => void): Promise<void> {
  const began = world.clock.now();
  const minutes = () => `${((world.clock.now() - began) / 60_000).toFixed(1)} min`;
  await call('POST', '/api/deploy', { event: EVENT, languages: LANGUAGES, ttl: '24h' });
  await call('POST', '/api/deploy', { event: QUIET, languages: ['original'], ttl: '4h' });
  await waitFor(world, call, 'live', ({ state }) => state === 'live');
  say(`event of ${LANGUAGES.length} languages: live after ${minutes()}`);
  for (const broken of [
    { resource: `relay-${EVENT}*`, fault: 'unhealthy' },
    { resource: 'mixer-french-*', fault: 'silent' },
  ]) {
    const { alerts } = (await world.sim('POST', '/_sim/alerts', { ...broken, signal: 'resource-health' })) as {
      alerts?: unknown[];
    };
    if (!alerts?.length) throw new Error(`Nothing is called ${broken.resource}`);
    await waitFor(world, call, 'degraded', ({ state }) => state !== 'live');
    await waitFor(world, call, 'healed', ({ state }) => state === 'live');
    say(`${broken.resource} ${broken.fault}: degraded, healed by itself at ${minutes()}`);
  }
  for (const look of ['logs', 'metrics']) await call('GET', `/api/events/${EVENT}/${look}`);
  for (const [command, state] of [
    ['pause', 'paused'],
    ['resume', 'live'],
  ]) {
    await call('POST', `/api/events/${EVENT}/${command}`, {});
    await waitFor(world, call, String(state), (status) => status.state === state);
  }
  await call('POST', `/api/events/${EVENT}/extend`, { ttl: '48h' });
  say(`paused, resumed, extended at ${minutes()}`);
  const { resourceGroup } = await call('GET', `/api/status/${EVENT}`);
  await leaveDisk(world, String(resourceGroup));
  await call('POST', '/api/teardown', { event: EVENT, confirm: true });
  await waitFor(world, call, 'gone', ({ state }) => state === 'gone');
  await call('POST', '/api/teardown', { event: QUIET, confirm: true });
  await waitFor(world, call, 'gone', ({ state }) => state === 'gone', QUIET);
  const certificate = (await call('GET', `/api/events/${EVENT}/certificate`)) as unknown as Certificate;
  const { resourcesLeft, secretsLeft } = certificate.verification;
  const left = certificate.left.map(({ id }) => id.split('/').at(-1));
  if (!verifyCertificate(certificate) || resourcesLeft + secretsLeft > 0 || String(left) !== 'ledger')
    throw new Error(`The certificate certifies nothing: ${JSON.stringify(certificate)}`);
  say(`torn down with certificate at ${minutes()}`);
  // Log Analytics takes some minutes until the last lines can be found.
  await world.pass(600);
  const { logs } = (await call('GET', `/api/events/${EVENT}/logs`)) as { logs: { source: string; text: string }[] };
  const silent = logs.filter(({ source, text }) => source !== 'workspace' || !text.includes('[info]'));
  if (logs.length === 0 || silent.length > 0)
    throw new Error(`The lines of what is gone cannot be read: ${JSON.stringify(silent)}`);
  say(`lines of ${logs.length} containers read from Log Analytics`);
}
