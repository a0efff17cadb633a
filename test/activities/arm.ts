/**
 * A small ARM and Key Vault in memory, below the real SDK clients: just enough protocol to test what activities do, with a
 * hook to fail any request. Fidelity is the simulator's business, not this one's.
 */
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { DurableClient } from 'durable-functions';
import type { Installation } from '../../domain/seam/installation.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { PORTS } from '../../ports/index.ts';
import { ENVIRONMENT } from '../azure/fake.ts';

Object.assign(process.env, ENVIRONMENT);

interface Stored {
  body: Record<string, unknown> & { properties?: Record<string, unknown>; tags?: Record<string, string> };
}
export interface Seen {
  method: string;
  path: string;
  body: string;
  host: string;
}
interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const DEPLOYMENT = 'demo-abc-12345678';
export const GROUP = 'streaming-demo-1';

export class MemoryArm {
  readonly resources = new Map<string, Stored>();
  readonly secrets = new Map<string, { value: string; tags: Record<string, string> }>();
  /** Deleted and not purged. */
  readonly deletedSecrets = new Map<string, { value: string; tags: Record<string, string> }>();
  readonly seen: Seen[] = [];
  /** What operations come to. */
  operation: Answer = { status: 200, body: { status: 'Succeeded' } };
  /** State that a created resource shows from then on. */
  provisioningState = 'Succeeded';
  /** Called after a request took effect; what it returns replaces the answer, what it throws is a cut connection. */
  interfere: (seen: Seen) => Answer | undefined = () => undefined;

  /** Puts this in place of the network, with a fixed clock and countable randomness. */
  install(): void {
    let dice = 0;
    (globalThis as Record<symbol, unknown>)[PORTS] = {
      now: () => Date.UTC(2026, 10, 21),
      timer: (_ms: number, task: () => void) => {
        setImmediate(task);
        return () => {};
      },
      random: (length: number) => Uint8Array.from({ length }, () => dice++ % 251),
      httpClient: { sendRequest: (request) => this.#send(request) } satisfies HttpClient,
    };
  }

  sent(method: string, part: string): Seen[] {
    return this.seen.filter((one) => one.method === method && one.path.toLowerCase().includes(part.toLowerCase()));
  }

  async #send(request: PipelineRequest): Promise<PipelineResponse> {
    const url = new URL(request.url);
    const seen = { method: request.method, path: url.pathname, host: url.host, body: String(request.body ?? '') };
    this.seen.push(seen);
    const answer = url.host.endsWith('vault.azure.net') ? this.#vault(seen, request) : this.#arm(seen, url);
    const final = this.interfere(seen) ?? answer;
    return {
      request,
      status: final.status,
      headers: createHttpHeaders({ 'content-type': 'application/json', ...final.headers }),
      bodyAsText: final.body === undefined ? '' : JSON.stringify(final.body),
    };
  }

  #arm(seen: Seen, url: URL): Answer {
    if (/\/operations\//.test(seen.path)) return this.operation;
    const key = seen.path.toLowerCase().replace('/instanceview', '');
    const found = this.resources.get(key);
    switch (seen.method) {
      case 'PUT': {
        const body = JSON.parse(seen.body) as Stored['body'];
        body.properties = { ...body.properties, provisioningState: this.provisioningState };
        this.resources.set(key, { body });
        if (!seen.path.includes('/providers/')) return { status: 201, body };
        const operation = `https://${url.host}/subscriptions/${SUBSCRIPTION}/providers/x/operations/1?api-version=1`;
        return { status: 201, headers: { 'azure-asyncoperation': operation }, body };
      }
      case 'DELETE':
        for (const id of [...this.resources.keys()]) if (id.startsWith(key)) this.resources.delete(id);
        return found ? { status: 200 } : { status: 204 };
      default:
        if (found) return { status: 200, body: found.body };
        if (key.endsWith('/resources')) return { status: 200, body: { value: [] } };
        return { status: 404, body: { error: { code: 'ResourceNotFound', message: `${seen.path} was not found` } } };
    }
  }

  #vault(seen: Seen, request: PipelineRequest): Answer {
    if (!request.headers.get('authorization')) {
      const authorization = 'https://login.windows.net/00000000-0000-0000-0000-000000000000';
      const challenge = `Bearer authorization="${authorization}", resource="https://vault.azure.net"`;
      return { status: 401, headers: { 'www-authenticate': challenge } };
    }
    const [, kind, name = ''] = seen.path.split('/');
    if (kind === 'deletedsecrets') return this.#deleted(seen, name);
    const id = `https://${seen.host}/secrets/${name}`;
    if (seen.method === 'PUT') {
      const { value, tags } = JSON.parse(seen.body) as { value: string; tags: Record<string, string> };
      this.secrets.set(name, { value, tags });
    } else if (seen.path === '/secrets' || seen.path === '/secrets/') {
      const value = [...this.secrets].map(([each, { tags }]) => ({ id: `https://${seen.host}/secrets/${each}`, tags }));
      return { status: 200, body: { value } };
    }
    const found = this.secrets.get(name);
    if (seen.method === 'DELETE' && found) {
      this.secrets.delete(name);
      this.deletedSecrets.set(name, found);
    }
    return found
      ? { status: 200, body: { id: `${id}/1`, value: found.value, tags: found.tags, attributes: {} } }
      : { status: 404, body: { error: { code: 'SecretNotFound', message: 'none' } } };
  }

  #deleted({ method, host }: Seen, name: string): Answer {
    if (method === 'DELETE') return { status: this.deletedSecrets.delete(name) ? 204 : 404, body: {} };
    const value = [...this.deletedSecrets].map(([each, { tags }]) => ({ id: `https://${host}/secrets/${each}`, tags }));
    return { status: 200, body: { value } };
  }
}

export const installation: Installation = {
  subscriptionId: SUBSCRIPTION,
  keyVaultUrl: ENVIRONMENT.KEY_VAULT_URL,
  mixerVaultUrl: ENVIRONMENT.MIXER_VAULT_URL,
  images: {
    relay: ENVIRONMENT.RELAY_IMAGE,
    slides: ENVIRONMENT.SLIDE_SPLITTER_IMAGE,
    mixer: ENVIRONMENT.MIXER_IMAGE_ID,
  },
  identities: { containers: ENVIRONMENT.RELAY_IDENTITY_ID, mixers: ENVIRONMENT.MIXER_IDENTITY_ID },
  publicUrl: ENVIRONMENT.PUBLIC_URL,
  timeScale: 1,
  localAgents: true,
};

export const nodeInput = (spec: NodeSpec): NodeInput => ({
  deploymentId: DEPLOYMENT,
  event: 'demo',
  parent: 'event-demo',
  node: spec.kind,
  attempt: 1,
  resourceGroup: GROUP,
  region: 'westeurope',
  tags: { purpose: 'streaming-event', 'managed-by': 'stream-control', deployment: DEPLOYMENT },
  spec,
  installation,
  pollSeconds: 10,
  expectedSeconds: 10,
  timeoutSeconds: 600,
});

/** A durable client that knows the given instances only. */
export const durableWith = (instances: Record<string, unknown> = {}): DurableClient =>
  ({
    getStatus: async (id: string) => {
      const found = instances[id];
      if (!found)
        throw new Error(`DurableClient error: replied with HTTP 404 response. could not find any data: ${id}.`);
      return found;
    },
    readEntityState: async () => ({ entityExists: false }),
    signalEntity: async () => {},
  }) as unknown as DurableClient;
