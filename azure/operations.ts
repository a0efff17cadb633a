/**
 * Long-running operations in two halves that may run in different processes: begin gives a token, poll looks once.
 *
 * A token is the SDK poller's own serialised state (both generations share the shape) with the client it belongs to. It
 * holds no request body. An operation URL is a capability, so tokens stay in durable history and never reach a log.
 */
import type { ContainerGroup } from '@azure/arm-containerinstance';
import type { AzureClients } from './clients.ts';
import { AzureFailure, type Classified, classify, classifyExchange } from './errors.ts';
import { type Exchange, recorded } from './transport.ts';

export type Provider = 'compute' | 'network' | 'resources' | 'containers';

/** What a request that starts an operation led to. `body` is the answer to that request. */
export type Begun =
  | { done: true; body: unknown }
  | { done: false; token: string; afterSeconds?: number; body: unknown };

/** What one look at an operation saw. */
export type Polled =
  | { state: 'running'; token: string; afterSeconds?: number; body: unknown }
  | { state: 'succeeded'; body: unknown }
  /** The operation itself ended badly: a judgement on it, though not yet on the resource. */
  | { state: 'failed'; classified: Classified }
  /** The look failed (network, throttling, an operation URL no longer served): nothing is known. */
  | { state: 'unseen'; classified: Classified };

/** The poller of @azure/core-lro 3 as far as it is used here. */
interface ModularPoller {
  submitted(): Promise<void>;
  serialize(): Promise<string>;
  poll(): Promise<unknown>;
  readonly isDone: boolean;
}
/** The poller of @azure/core-lro 2, of the older client generation. */
interface ClassicPoller {
  toString(): string;
  isDone(): boolean;
}

interface Token {
  by: Provider;
  state: string;
  /** Group and name, for the older generation, whose saved paths are templates. */
  at?: [group: string, name: string];
}

const seal = (token: Token): string => JSON.stringify(token);
const open = (token: string): Token => JSON.parse(token) as Token;

/**
 * Drops `resourceLocation`, so that the last poll ends with the operation's own answer: who needs the finished resource
 * reads it, and who does not saves a request.
 */
function withoutFinalRead(state: string): string {
  const whole = JSON.parse(state) as { state: { config: Record<string, unknown> } };
  delete whole.state.config.resourceLocation;
  return JSON.stringify(whole);
}

const begun = (exchanges: Exchange[], token: string | undefined): Begun => {
  const first = exchanges.find((exchange) => exchange.method !== 'GET');
  if (token === undefined) return { done: true, body: first?.body };
  const after = first?.retryAfterSeconds;
  return { done: false, token, body: first?.body, ...(after === undefined ? {} : { afterSeconds: after }) };
};

/** Sends the request of a modular client's operation and returns before any poll. @throws AzureFailure */
export async function beginModular(by: Provider, resource: string, start: () => ModularPoller): Promise<Begun> {
  return await recorded(async (exchanges) => {
    try {
      const poller = start();
      await poller.submitted();
      if (poller.isDone) {
        await poller.poll();
        return begun(exchanges, undefined);
      }
      return begun(exchanges, seal({ by, state: withoutFinalRead(await poller.serialize()) }));
    } catch (error) {
      throw new AzureFailure(judge(error, exchanges, resource));
    }
  });
}

/**
 * Sends the request of a container-instance operation. This SDK generation polls once by itself before it returns.
 * @throws AzureFailure also when the request was accepted and that poll failed: the resource then exists, look for it
 */
export async function beginClassic(
  at: [group: string, name: string],
  resource: string,
  start: () => Promise<ClassicPoller>,
): Promise<Begun> {
  return await recorded(async (exchanges) => {
    try {
      const poller = await start();
      if (poller.isDone()) return begun(exchanges, undefined);
      return begun(exchanges, seal({ by: 'containers', at, state: withoutFinalRead(poller.toString()) }));
    } catch (error) {
      throw new AzureFailure(judge(error, exchanges, resource));
    }
  });
}

/** True when the operation reached an end of its own, seen in the answer rather than in the SDK's error text. */
const ended = (exchange: Exchange | undefined): boolean => {
  const body = exchange?.body as { status?: unknown; properties?: { provisioningState?: unknown } } | undefined;
  const status = body?.status ?? body?.properties?.provisioningState;
  return exchange?.status === 200 && typeof status === 'string' && /fail|cancel/i.test(status);
};

function judge(error: unknown, exchanges: Exchange[], resource: string): Classified {
  const last = exchanges.at(-1);
  return last && ended(last)
    ? classifyExchange(last, resource, error instanceof Error ? error.message : String(error))
    : classify(error, resource);
}

/** Looks at a running operation once: one GET, whatever the SDK generation. Never throws for what Azure says. */
export async function poll(clients: AzureClients, sealed: string, resource: string): Promise<Polled> {
  const token = open(sealed);
  return await recorded(async (exchanges) => {
    try {
      const state = await look(clients, token);
      const last = exchanges.at(-1);
      if (state === undefined) return { state: 'succeeded', body: last?.body };
      const after = last?.retryAfterSeconds;
      const next = seal({ ...token, state });
      return {
        state: 'running',
        token: next,
        body: last?.body,
        ...(after === undefined ? {} : { afterSeconds: after }),
      };
    } catch (error) {
      const last = exchanges.at(-1);
      // A group delete fails as a plain error answer on its Location URL; that, too, is the operation's own end.
      const refused = token.by === 'resources' && last?.status !== undefined && isVerdict(last.status);
      const classified = refused ? classifyExchange(last, resource, String(error)) : judge(error, exchanges, resource);
      return { state: ended(last) || refused ? 'failed' : 'unseen', classified };
    }
  });
}

const isVerdict = (status: number) => status >= 400 && status < 500 && ![401, 404, 408, 429].includes(status);

/** When an operation ended, in its own words (ms since the epoch); undefined where its last answer does not say. */
export function endOf(body: unknown): number | undefined {
  const said = Date.parse(String((body as { endTime?: unknown } | null | undefined)?.endTime ?? ''));
  return Number.isFinite(said) ? said : undefined;
}

/** One poll; the new state while it runs, undefined when done. */
async function look(clients: AzureClients, token: Token): Promise<string | undefined> {
  if (token.by === 'containers') {
    const [group, name] = token.at ?? ['', ''];
    // Resuming polls once and sends no PUT; the body is never used.
    const poller = await clients.containers.containerGroups.beginCreateOrUpdate(group, name, {} as ContainerGroup, {
      resumeFrom: token.state,
    });
    return poller.isDone() ? undefined : poller.toString();
  }
  // Not awaited: these pollers are thenable, and would be followed to their end.
  const poller = restore(await import('./sdk.ts'), clients, token);
  await poller.poll();
  return poller.isDone ? undefined : await poller.serialize();
}

/** The operation's answer as it is: the finished resource is not in it (see {@link withoutFinalRead}). */
const processResponseBody = async (result: { body: unknown }) => result.body as never;

function restore(sdk: typeof import('./sdk.ts'), clients: AzureClients, token: Token): ModularPoller {
  switch (token.by) {
    case 'compute':
      return sdk.restoreCompute(clients.compute, token.state, clients.compute.virtualMachines.createOrUpdate, {
        processResponseBody,
      });
    case 'network':
      return sdk.restoreNetwork(clients.network, token.state, clients.network.virtualNetworks.createOrUpdate, {
        processResponseBody,
      });
    default:
      return sdk.restoreResources(clients.resources, token.state, clients.resources.resourceGroups.delete, {
        processResponseBody,
      });
  }
}
