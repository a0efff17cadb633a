/** What a VM can reach, and as whom: its way out, its identity, the vault. */
import { nicsOf } from '../azure/compute/vm-state.ts';
import { ArmError } from '../azure/core/arm-error.ts';
import { assignedIdentities } from '../azure/core/identity.ts';
import { child, children, isObject, reference, text } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { dataPlane } from '../azure/key-vault/data-plane.ts';
import { issueToken } from '../azure/login/token.ts';
import type { Told } from './told.ts';

/** A public address of its own, a NAT gateway, or a subnet with default outbound access; nothing else leads out. */
export function hasWayOut(sim: Sim<'resources'>, vm: Resource): boolean {
  return nicsOf(vm).some(({ id }) =>
    children(sim.resources.get(id)?.properties, 'ipConfigurations').some((configuration) => {
      const inner = child(configuration, 'properties');
      if (sim.resources.get(reference(inner, 'publicIPAddress'))) return true;
      const subnet = sim.resources.get(reference(inner, 'subnet'));
      return Boolean(reference(subnet?.properties, 'natGateway')) || subnet?.properties.defaultOutboundAccess === true;
    }),
  );
}

/**
 * A token of the VM's identity, as its metadata service would give; the identity is chosen by client id when there are several.
 * @param audience whom it is shown to; unsigned without one, for what is asked of the simulator itself
 */
export function identityToken(
  sim: Sim<'account' | 'time' | 'chance' | 'resources' | 'settings'>,
  vm: Resource,
  clientId: string | undefined,
  audience?: string,
): string | undefined {
  const identities = assignedIdentities(vm).flatMap((id) => sim.resources.get(id) ?? []);
  const chosen =
    identities.find((one) => one.properties.clientId === clientId) ?? (clientId ? undefined : identities[0]);
  if (!chosen) return undefined;
  if (audience !== undefined)
    return issueToken(
      sim,
      { clientId: String(chosen.properties.clientId), objectId: String(chosen.properties.principalId) },
      audience,
    );
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({
    appid: chosen.properties.clientId,
    oid: chosen.properties.principalId,
    tid: sim.account.tenantId,
  })}.`;
}

/**
 * A secret as that identity reads it over the vault's own door: its value, `absent` when the vault has none of that name, `refused`
 * when it does not give it or does not answer.
 */
export function readSecret(
  sim: Sim<'account' | 'time' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'>,
  vaultUrl: string,
  name: string,
  token: string | undefined,
): { value: string } | 'absent' | 'refused' {
  if (!token) return 'refused';
  try {
    const response = dataPlane.handle(sim, {
      method: 'GET',
      url: new URL(`/secrets/${encodeURIComponent(name)}?api-version=7.6`, vaultUrl),
      headers: { authorization: `Bearer ${token}` },
    });
    const value = response.status === 200 && isObject(response.body) ? text(response.body, 'value') : undefined;
    return value === undefined ? 'refused' : { value };
  } catch (error) {
    return error instanceof ArmError && error.code === 'SecretNotFound' ? 'absent' : 'refused';
  }
}

/** The deployment's token where there is one, else a token of the identity of what the agent runs in. */
export function proof(
  sim: Sim<'account' | 'time' | 'chance' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'>,
  place: Resource,
  told: Told,
): string | undefined {
  const { agentToken } = told.secrets;
  const identity = told.identityClientId;
  if (agentToken === undefined)
    return identityToken(sim, place, identity, told.controlPlaneAudience ?? told.controlPlaneUrl);
  const read = readSecret(sim, told.vaultUrl, agentToken, identityToken(sim, place, identity));
  return typeof read === 'object' ? read.value : undefined;
}
