/** Every answer that OpenAPI shows is what the door answers: asked of the whole product, one event's life long. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Door } from '../../functions/door.ts';
import { World } from '../system/world.ts';

/** Answers without a JSON body of ours: streams, what Teams and Azure Monitor get, the document itself. */
const OTHERS = ['api-openapi', 'api-live', 'api-live-pictures', 'api-deployment-events', 'api-teams', 'api-alerts'];

let world: World;
const seen = new Set<string>();
const wrong: object[] = [];
let doors: readonly Door[] = [];

interface Answered {
  method: string;
  path: string;
  status: number;
  body: unknown;
}
const asked: Answered[] = [];

/** Paths of what is answered and stands in no schema. */
function unshown(shown: unknown, whole: unknown, path = ''): string[] {
  if (typeof whole !== 'object' || whole === null) return [];
  return Object.entries(whole).flatMap(([key, value]) => {
    const known = (shown as Record<string, unknown>)[key];
    return known === undefined ? [`${path}.${key}`] : unshown(known, value, `${path}.${key}`);
  });
}

function answered(method: string, path: string): { name: string; bodies: Record<number, z.ZodType> } {
  const parts = path.split('?')[0]?.split('/').slice(1) ?? [];
  const [found] = doors
    .filter((door) => {
      const route = door.route.split('/');
      return (
        door.method === method &&
        route.length === parts.length &&
        route.every((part, index) => part.startsWith('{') || part === parts[index])
      );
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!found) throw new Error(`No door for ${method} ${path}`);
  return { name: found.name, bodies: found.bodies ?? {} };
}

/** Holds an answer against its schema both ways: nothing is missing, and nothing is answered that is not shown. */
function judge({ method, path, status, body }: Answered): void {
  const { name, bodies } = answered(method, path);
  const parsed = bodies[status]?.safeParse(body);
  if (!parsed?.success) wrong.push({ name, why: parsed?.error.issues ?? 'no schema', body });
  else if (!isDeepStrictEqual(parsed.data, body)) wrong.push({ name, unshown: unshown(parsed.data, body) });
  seen.add(`${name} ${status}`);
}

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await world.call(method, path, body);
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
  asked.push({ method, path, status: answer.status, body: answer.body });
  return answer.body;
}

beforeAll(async () => {
  world = await World.create({ seed: 'answers' });
});
afterAll(() => world?.stop());

test('each door answers what it shows', async () => {
  const request = {
    event: 'congress',
    languages: ['original', 'french'],
    youtubeKeys: ['a'.repeat(20), 'b'.repeat(20)],
  };
  await ask('GET', '/api/health?checks=true');
  await ask('GET', '/api/me');
  await ask('GET', '/api/templates');
  await ask('GET', '/api/images');
  await ask('GET', '/api/images/mixer');
  await ask('POST', '/api/images/mixer/use', { version: '1.0.0' });
  await ask('POST', '/api/images/mixer/pins', { event: 'pinned', version: '1.0.0' });
  const file = { url: 'https://example.com/file', sha256: 'a'.repeat(64) };
  const sources = { agent: file, obs: file, node: file, windowsVersion: '20348.3091.250112' };
  const identity =
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i';
  const { buildId } = await ask('POST', '/api/images/mixer/builds', { ...sources, identity });
  await ask('GET', '/api/images/mixer/builds');
  const weekly = { days: ['sunday'], at: '03:00', timeZone: 'Europe/Zurich', request: { ...sources, identity } };
  await ask('POST', '/api/images/mixer/schedule', weekly);
  await ask('GET', '/api/images/mixer/schedule');
  await ask('DELETE', '/api/images/mixer/schedule');
  await ask('GET', `/api/images/mixer/builds/${buildId}`);
  await ask('GET', '/api/templates/multilingual');
  const template = readFileSync('templates/multilingual.yaml', 'utf8');
  await ask('POST', '/api/templates/validate', { template });
  await ask('POST', '/api/plan', request);
  const schedule = {
    name: 'weekly',
    days: ['sunday'],
    at: '10:00',
    timeZone: 'Europe/Vienna',
    request: { event: 'service' },
  };
  await ask('POST', '/api/schedules', schedule);
  await ask('POST', '/api/schedules', schedule);
  await ask('GET', '/api/schedules');
  await ask('DELETE', '/api/schedules/weekly');
  const { deploymentId, operationId } = await ask('POST', '/api/deploy', request);
  await ask('GET', '/api/events');
  await world.until('congress', ['live']);
  await ask('GET', `/api/operations/${String(operationId)}`);
  await ask('GET', '/api/status/congress');
  for (const document of ['journal', 'cost', 'logs', 'metrics', 'drift', 'credentials'])
    await ask('GET', `/api/events/congress/${document}`);
  for (const document of ['status', 'journal', 'graph'])
    await ask('GET', `/api/deployment/${String(deploymentId)}/${document}`);
  await ask('POST', '/api/events/congress/streaming', { streaming: true });
  await ask('POST', '/api/events/congress/keys', { youtubeKeys: { french: 'c'.repeat(20) } });
  await ask('POST', '/api/events/congress/languages', { audio: { french: 2 } });
  await ask('POST', '/api/events/congress/source', { active: 'backup' });
  await ask('POST', '/api/deploy', { event: 'server', template: 'stream-server' });
  await world.until('server', ['live']);
  await ask('POST', '/api/events/server/access', { name: 'anna', role: 'publish', paths: ['stage'] });
  await ask('GET', '/api/events/server/access');
  await ask('POST', '/api/events/server/access/withdraw', { name: 'anna' });
  await ask('POST', '/api/events/congress/remediate', { component: 'mixer-french', dryRun: true });
  await ask('POST', '/api/events/congress/remediate', { component: 'mixer-french' });
  await ask('POST', '/api/events/congress/extend', { ttl: '26h' });
  await world.until('congress', ['live']);
  await ask('POST', '/api/events/congress/pause', {});
  await world.until('congress', ['paused']);
  await ask('POST', '/api/events/congress/resume', {});
  await world.until('congress', ['live']);
  await ask('POST', '/api/events/congress/languages', { add: ['german'], youtubeKeys: { german: 'd'.repeat(20) } });
  await world.until('congress', ['live']);
  await ask('GET', '/api/reaper');
  await ask('POST', '/api/reaper', {});
  await ask('POST', '/api/teardown', { event: 'congress' });
  await ask('POST', '/api/teardown', { event: 'congress', confirm: true });
  await world.until('congress', ['gone']);
  await ask('GET', '/api/events?past=true');
  await ask('GET', '/api/events/congress/certificate');
  await ask('GET', `/api/deployment/${String(deploymentId)}/certificate`);
  // Not before: the doors' modules would take the place of those that the host has loaded.
  ({ doors } = await import('../../functions/doors.ts'));
  for (const one of asked) judge(one);
  expect(wrong).toEqual([]);
});

test('a door without a schema of its answer is one of those that have none', () => {
  const bare = doors.filter(({ bodies, answers }) =>
    Object.keys(answers).some((status) => Number(status) < 300 && !bodies?.[Number(status)]),
  );
  expect(doors.length).toBeGreaterThan(30);
  expect(bare.map(({ name }) => name).sort()).toEqual([...OTHERS].sort());
});

test('what is shown has been seen', () => {
  // Every accepted command is answered by one function; agents ask doors of their own (test/conformance/agents), and training by the page.
  const shown = doors.flatMap(({ name, bodies = {} }) =>
    Object.keys(bodies).flatMap((status) => (status === '202' ? [] : [`${name} ${status}`])),
  );
  const elsewhere = (one: string) => /^api-(agents-|training|images-rollback|images-versions)/.test(one);
  expect(shown.filter((one) => !seen.has(one) && !elsewhere(one)).sort()).toEqual([]);
});
