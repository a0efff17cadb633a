/** What a story left behind, in words that two engines must share: outcomes, certificate, journal, requests to Azure. */
import { Storage } from '../storage.ts';
import type { Stack } from './stack.ts';

export interface Told {
  outcomes: Record<string, string>;
  certificate: unknown;
  journal: string[];
  /** What changed anything in Azure, each as often as it was sent, in no order. */
  requests: string[];
  /** Milliseconds from the request to LIVE: a figure, not compared. */
  liveAfter?: number;
}

/** What may differ between two runs of one story: moments, random names. */
const normal = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/streaming-([a-z-]+)-\d{10}/g, 'streaming-$1-EPOCH')
    .replace(/-op-[0-9a-f]{16}/g, '-op-ID');

/** The facts of a certificate without its times and sums. */
function picture({ outcome, reason, resources, verification }: Record<string, unknown>) {
  const { resourcesLeft, secretsLeft } = verification as Record<string, unknown>;
  const existed = (resources as { type: string; name: string }[]).map(({ type, name }) => `${type} ${name}`);
  return { outcome, reason: normal(String(reason)), existed: existed.map(normal).sort(), resourcesLeft, secretsLeft };
}

/** Azure was not ready: nothing was done, and how often it is asked again depends on time, as with polls. */
const LATER = new Set(['429', '503']);

const requestsOf = async (stack: Stack): Promise<Record<string, string>[]> =>
  ((await stack.sim('GET', '/_sim/requests')) as { requests: Record<string, string>[] }).requests;

/** What was created more than once. An event that has moved has two groups, each with its own. */
export async function createdTwice(stack: Stack): Promise<string[]> {
  const made = (await requestsOf(stack))
    .filter(({ method, status }) => method === 'PUT' && String(status) === '201')
    .map(({ path = '' }) => path.toLowerCase())
    .filter((path) => path.includes('/streaming-'));
  return made.filter((path, index) => made.indexOf(path) < index);
}

/** What changed anything: PUT, POST, PATCH and DELETE to the groups of an event. */
export async function changes(stack: Stack, event: string): Promise<string[]> {
  return (await requestsOf(stack))
    .filter(({ method, path }) => method !== 'GET' && path?.startsWith('/subscriptions/'))
    .filter(({ path, status }) => path?.toLowerCase().includes(`/streaming-${event}`) && !LATER.has(String(status)))
    .map(({ method, path, status }) => normal(`${method} ${path} ${status}`))
    .sort();
}

/** Reads what is left of an event that is gone. */
export async function told(stack: Stack, event: string, outcomes: Record<string, string>): Promise<Told> {
  const { body } = await stack.call('GET', `/api/events/${event}/certificate`);
  const journal = await stack.call('GET', `/api/events/${event}/journal`);
  return {
    outcomes,
    certificate: picture(body),
    journal: (journal.body.entries as { code: string; text: string }[]).map(({ code, text }) =>
      normal(`${code} ${text}`),
    ),
    requests: await changes(stack, event),
  };
}

/** Storage did not answer in time. */
const LATE = /exceeded the 2-second timeout/;

/** Lines of the extension that are no trouble; every other one at warning or above fails a story. */
const HARMLESS = [
  // The instance ended and its queue was given up meanwhile; written as "Internal assert failure", and it goes on.
  /Session for instance .* was not found/,
  // A start that is taken from its queue before its row is in the table: given back for some milliseconds.
  /Abandoning \[ExecutionStarted\] message/,
  // Alarms that are no longer needed are terminated on purpose.
  /was terminated\. Reason/,
  // A message for an instance that has ended: an alarm that was terminated, a word that came after the end.
  /Discarding \d+ dequeued history event\(s\): Instance is (Terminated|Completed)/,
  // Another host of the extension on this machine has it: the next one is taken.
  /Failed to open local port 17071\. This was attempt #1/,
  // A message that came twice, as queues deliver at least once: the extension drops it, and the row that it wrote stands already.
  /Received a duplicate message \[/,
  /^Error response \[[^\]]*\] 409 Conflict/,
  // A busy machine.
  LATE,
  /^Response \[[^\]]*\] took/,
];

/** Lines of the extension, and what the local engine alone says: that a task is waited for twice (local/durable/replay/reuse.ts). */
const ofEngine = ({ by, message }: { by: string; message: string }): boolean =>
  by === 'extension' || message.includes('Task.any re-use');

export function troubleOf(stack: Stack): string[] {
  const said = stack.trouble.filter(ofEngine);
  // Then the partition manager begins again beside its own writes that are still under way.
  const twice = said.some(({ message }) => LATE.test(message)) ? [/^Error response \[[^\]]*\] 412 /] : [];
  const harmless = [...HARMLESS, ...twice];
  return said
    .filter(({ message }) => !harmless.some((each) => each.test(message)))
    .map(({ category, message }) => `${category}: ${message.slice(0, 300)}`);
}

/** Azure Storage holds no more of it, in characters of UTF-16. */
const STATUS_LIMIT = 16 * 1024;

interface Listed {
  instanceId: string;
  runtimeStatus: string;
  customStatus: unknown;
}

/**
 * Milliseconds that last notifications and records of an event that is gone may take; a message that a dead host had taken comes
 * back after a minute (host.json).
 */
const LAST_WORDS = 150_000;

/** Looks until nothing is found. @returns what is found in the end */
async function lasting(look: () => Promise<string[]>): Promise<string[]> {
  for (const end = Date.now() + LAST_WORDS; ; ) {
    const found = await look();
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function instances(stack: Stack): Promise<string[]> {
  const found: string[] = [];
  for (let token: string | undefined = ''; token !== undefined; ) {
    const { body, next } = await stack.page('/runtime/webhooks/durabletask/instances?top=500&showInput=false', token);
    for (const { instanceId, runtimeStatus, customStatus } of body as unknown as Listed[]) {
      // An entity never ends.
      if (!instanceId.startsWith('@') && ['Running', 'Pending', 'Suspended', 'Failed'].includes(runtimeStatus))
        found.push(`${instanceId} is ${runtimeStatus}`);
      if ((JSON.stringify(customStatus) ?? '').length > STATUS_LIMIT) found.push(`${instanceId} says too much`);
    }
    token = next;
  }
  return found;
}

/** Instances that do not end although everything is over, and statuses that are too long: by the management API. */
export const unsound = (stack: Stack): Promise<string[]> => lasting(() => instances(stack));

/**
 * Messages of a task hub that somebody could take, and that nobody takes, although everything is over. What waits for its time, as
 * the alarms of events that are over, is not to be seen.
 */
export async function untaken(connectionString: string, hub: string): Promise<string[]> {
  const storage = new Storage(connectionString);
  const queues = await storage.queues(hub.toLowerCase());
  return lasting(async () => (await Promise.all(queues.map((queue) => storage.waiting(queue)))).flat());
}
