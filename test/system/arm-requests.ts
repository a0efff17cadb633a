/**
 * What a deployment asks of Azure: every PUT with its body. `node test/system/arm-requests.ts` wrote
 * test/fixtures/arm/multilingual-1.json before templates were compositions; that is never recorded again.
 */
import { World } from './world.ts';

export interface Asked {
  path: string;
  apiVersion: string;
  body: unknown;
}

/** What is made of chance, and what only a vault may hold. */
const CHANCE: readonly [RegExp, string][] = [
  [/"(adminPassword|secureValue)":"[^"]*"/g, '"$1":"(secret)"'],
  [/arm-k-[0-9a-f]{10}/g, '(deployment)'],
];

function settled(value: unknown): unknown {
  let text = JSON.stringify(value);
  for (const [pattern, by] of CHANCE) text = text.replace(pattern, by);
  return JSON.parse(text);
}

/** userData is base64 of JSON: compared as what it says. */
function readable(body: unknown): unknown {
  const { properties } = (body ?? {}) as { properties?: { userData?: string } };
  if (!properties?.userData) return body;
  const userData: unknown = JSON.parse(Buffer.from(properties.userData, 'base64').toString('utf8'));
  return { ...(body as object), properties: { ...properties, userData } };
}

/** The requests of one deployment that goes well, in the order of their paths. */
export async function armRequests(request: Record<string, unknown>): Promise<Asked[]> {
  const world = await World.create({ seed: 'arm' });
  const asked: Asked[] = [];
  const { httpClient } = world.simulator;
  const send = httpClient.sendRequest.bind(httpClient);
  httpClient.sendRequest = (sent) => {
    const url = new URL(sent.url);
    if (sent.method === 'PUT' && typeof sent.body === 'string' && url.pathname.startsWith('/subscriptions/'))
      asked.push({
        path: url.pathname,
        apiVersion: url.searchParams.get('api-version') ?? '',
        body: settled(readable(JSON.parse(sent.body))),
      });
    return send(sent);
  };
  try {
    const accepted = await world.call(
      'POST',
      '/api/deploy',
      { event: 'arm', ...request },
      { 'idempotency-key': 'arm' },
    );
    if (accepted.status !== 202) throw new Error(accepted.text);
    await world.until('arm', ['live']);
  } finally {
    await world.stop();
  }
  return asked.sort((a, b) => (a.path < b.path ? -1 : 1));
}
