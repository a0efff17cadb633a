/** The subscription that is installed into: roles are enforced, and everything that is asked of it is written down. */
import { callerOf as caller } from '../../local/azure/core/caller.ts';
import type { SimRequest, SimResponse } from '../../local/azure/core/http.ts';
import type { Access, Provider } from '../../local/azure/core/provider.ts';
import { DEFAULT_SUBSCRIPTION, type Simulator } from '../../local/azure/simulator.ts';
import { fleetProviders } from '../../local/fleet/index.ts';
import type { FleetOptions } from '../../local/fleet/simulator.ts';
import { type Json, TENANT } from './template.ts';

export const SUBSCRIPTION = `/subscriptions/${DEFAULT_SUBSCRIPTION}`;
/** Azure seconds until a role that was given counts. */
const ROLE_DELAY = 120;

/** One request to ARM. */
export interface Asked {
  /** Object id of who asked. */
  by: string;
  action: string;
  scope: string;
  body: unknown;
}

export class Ledger {
  readonly asked: Asked[] = [];
  readonly granted: Asked[] = [];
  #note(into: Asked[]): Provider {
    return {
      namespace: 'StreamControl.Rehearsal',
      types: [],
      guards: [
        (sim, { action, scope, body, request }: Access) =>
          void into.push({ by: caller(request).objectId, action, scope, body: structuredClone(body) }),
      ],
    };
  }
  /** What asks goes by the first, what was not refused also by the last. */
  providers(): Provider[] {
    return [this.#note(this.asked), ...fleetProviders, this.#note(this.granted)];
  }
  /** Actions that somebody asked for and was refused, each once. */
  refused(by: string): string[] {
    const rest = [...this.granted];
    const refused = this.asked.filter((one) => {
      const at = rest.findIndex(
        ({ by: who, action, scope }) => who === one.by && action === one.action && scope === one.scope,
      );
      if (at >= 0) rest.splice(at, 1);
      return at < 0 && one.by === by;
    });
    return [...new Set(refused.map(({ action }) => action))];
  }
}

/** What an Azure for the rehearsal is otherwise than usual. */
export const unusual = (ledger: Ledger): Partial<FleetOptions> => ({
  seed: 'rehearsal',
  tenantId: TENANT,
  providers: ledger.providers(),
});

/** One ARM request of somebody. @throws Error with Azure's words when it is refused */
export async function ask(
  simulator: Simulator,
  token: string,
  method: string,
  path: string,
  body?: Json,
): Promise<{ status: number; body: Json }> {
  const request: SimRequest = {
    method,
    url: new URL(path, 'https://management.azure.com'),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  };
  const answer: SimResponse = await simulator.handle(request);
  if (answer.status >= 400)
    throw new Error(`${method} ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  return { status: answer.status, body: (answer.body ?? {}) as Json };
}

/** Whom the simulator takes the bearer of a token for. */
export const callerOf = (token: string) =>
  caller({
    method: 'GET',
    url: new URL('https://management.azure.com'),
    headers: { authorization: `Bearer ${token}` },
  });

/** Whoever owns the subscription: prepares it and looks at it, does nothing of the installation. */
export const OWNER = 'owner';

/** Roles are enforced from here on. @param installer object id of who installs, who gets the least that the guide names */
export async function prepare(simulator: Simulator, installer: string): Promise<void> {
  const roles = ['b24988ac-6180-42a0-ab88-20f7382dd24c', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'];
  for (const [index, role] of roles.entries())
    await ask(
      simulator,
      OWNER,
      'PUT',
      `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/99999999-0000-4000-8000-00000000000${index}?api-version=2022-04-01`,
      {
        properties: {
          roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          principalId: installer,
          principalType: 'ServicePrincipal',
        },
      },
    );
  await change(simulator, { rbac: true, roleDelaySeconds: 0 });
}

/** From here on a role takes its time to count. */
export const slowRoles = (simulator: Simulator): Promise<void> => change(simulator, { roleDelaySeconds: ROLE_DELAY });

export async function change(simulator: Simulator, settings: Json): Promise<void> {
  const url = new URL('/_sim/settings', 'http://127.0.0.1');
  const headers = { 'content-type': 'application/json' };
  const answer = await simulator.handle({ method: 'PUT', url, headers, body: JSON.stringify(settings) });
  if (answer.status >= 400) throw new Error(`The simulator takes no such settings: ${JSON.stringify(answer.body)}`);
}
