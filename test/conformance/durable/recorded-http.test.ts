/**
 * http.json, request by request, against the management API: same status, headers and bodies. Requests that concern the
 * Functions host (routes, keys, pages) belong to its own test; instances of functions that the kept app lacks are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { type Answer, startHarness, TERMINAL } from '../../local/durable/harness.ts';
import { loadApps, pong } from './apps.ts';
import { openBridge } from './bridge.ts';
import { normalise, TRACES } from './normalise.ts';

interface Entry {
  label: string;
  request: { method: string; url: string; body: string | null };
  response: { status: number; headers: Record<string, string>; rawBody: string; body: unknown };
}
const entries: Entry[] = JSON.parse(readFileSync(join(TRACES, 'http.json'), 'utf8'));
const MANAGEMENT = '/runtime/webhooks/durabletask';

const bridge = await openBridge();
const app = (await loadApps(bridge.clientInput)).withOrchestrator('oneActivity');
if (!app) throw new Error('The recorded app has no orchestrator oneActivity');
const clock = new VirtualClock(Date.parse('2026-11-21T00:38:34Z'));
const harness = await startHarness({
  runner: app,
  clock,
  compat: 'extension-3.0.0',
  http: pong,
});
bridge.connect(harness.engine);
afterAll(async () => {
  await harness.stop();
  await bridge.close();
});

/** Status right behind a start, before the first turn: asked at once, as later it is too late. */
const early = new Map<string, Answer>();
/** Generated ids of the recording and what they are here. */
const ids = new Map<string, string>();
const here = (text: string): string =>
  [...ids].reduce((result, [theirs, mine]) => result.replaceAll(theirs, mine), text);
const known = (id: string): boolean => harness.store.instance(id) !== undefined;

const settle = (id: string, wanted: string) =>
  clock.drive(() => {
    const status = harness.store.instance(id)?.status ?? '';
    return status === wanted || (TERMINAL.includes(wanted) && TERMINAL.includes(status));
  });

type Body = Record<string, unknown>;
const isStatus = (body: unknown): body is Body & { instanceId: string; runtimeStatus: string } =>
  typeof body === 'object' && body !== null && 'runtimeStatus' in body;

/** Fields whose text is .NET's own: what an exception says and where it was thrown. */
const withoutDotNet = (body: unknown): unknown => {
  if (typeof body !== 'object' || body === null || !('ExceptionType' in body)) return body;
  const { StackTrace, ExceptionMessage, ...rest } = body as Body;
  return rest;
};
/** Lists hold what each host has started; those started on both sides are compared. Entity rows carry the extension's sorter. */
const listed = (body: unknown): unknown =>
  (body as Body[])
    .filter((one) =>
      known(here(String(one.instanceId ?? `@${(one.entityId as Body)?.name}@${(one.entityId as Body)?.key}`))),
    )
    .filter((one) => !String(one.instanceId).startsWith('@') && !GENERATED.test(String(one.instanceId)))
    .map((one) => ({ ...one }));
const GENERATED = /[0-9a-f]{32}/;

const COMPARED = ['content-type', 'location', 'retry-after'];
const headersOf = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => COMPARED.includes(name)),
  );

const isManagement = ({ request }: Entry) =>
  request.url.includes(MANAGEMENT) && (request.url.includes('code=A4') || request.url.includes('taskHub='));
const startOf = ({ request }: Entry): { name: string; id: string } | undefined => {
  const match = /\/api\/orchestrators\/(\w+)\?id=([^&]+)/.exec(request.url);
  return match ? { name: match[1] ?? '', id: match[2] ?? '' } : undefined;
};
/** Instances that the recorder purged or listed by count differ with the app's missing functions. */
const COUNTED = ['purge many', 'list top3'];

describe('http.json', () => {
  test.for(entries.map((entry, index) => ({ index, label: entry.label, entry })))(
    '$index $label',
    async ({ entry }, { skip }) => {
      const starting = startOf(entry);
      if (starting) {
        if (!app.names('orchestrator').includes(starting.name)) skip('the kept app lacks this function');
        if (entry.response.status >= 400) {
          const refused = await clock.track(harness.start(starting.name, starting.id));
          expect(refused.status).toBe(500);
          return;
        }
        const body = entry.request.body ? JSON.parse(entry.request.body) : '';
        expect((await harness.start(starting.name, starting.id, body)).status).toBe(202);
        early.set(starting.id, await harness.status(starting.id));
        return;
      }
      if (!isManagement(entry)) skip('concerns the Functions host');
      if (COUNTED.includes(entry.label)) skip('counts instances of functions that the kept app lacks');
      const url = new URL(here(entry.request.url));
      const path = url.pathname.slice(MANAGEMENT.length);
      const [, area, id] = path.split('/');
      if (area === 'instances' && id && !known(id) && entry.response.status !== 404) skip('its start was not kept');

      const theirs = entry.response;
      const isEarly = entry.label.startsWith('status-early') && early.get(id ?? '');
      if (isStatus(theirs.body) && id && !isEarly) await settle(id, theirs.body.runtimeStatus);
      const body = entry.request.body ?? undefined;
      const mine = isEarly || (await clock.track(harness.call(entry.request.method, path + url.search, body)));
      expect(mine.status).toBe(theirs.status);
      // Asked without the key, so its location has none.
      if (!isEarly) expect(normalise(headersOf(mine.headers))).toEqual(normalise(headersOf(theirs.headers)));
      if (typeof theirs.body === 'object' && theirs.body !== null && 'id' in theirs.body) {
        const theirId = String(theirs.body.id);
        if (GENERATED.test(theirId)) ids.set(theirId, mine.body.id);
        await settle(mine.body.id, 'Completed');
      }
      if (Array.isArray(theirs.body)) {
        expect(normalise(listed(mine.body))).toEqual(normalise(listed(theirs.body)));
        return;
      }
      if (entry.label === 'http start unknown') {
        expect(mine.body.ExceptionMessage).toMatch(
          /^The function 'nosuch' doesn't exist, is disabled, or is not an orchestrator function\. Additional info: The following are the known orchestrator functions: '/,
        );
      }
      expect(normalise(withoutDotNet(mine.body))).toEqual(normalise(withoutDotNet(theirs.body)));
    },
  );
});
