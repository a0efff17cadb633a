/** How an agent proves which mixer it is. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import { ports } from '../ports/index.ts';
import type { Call } from './door.ts';
import { claimedRoles } from './principal.ts';
import { Problem } from './problem.ts';

/** App role that bicep gives the mixers' identity. */
const AGENT_ROLE = 'agent';

/** Milliseconds a token read from the vault is believed: fifty mixers must not ask the vault at every heartbeat. */
const BELIEVED = 60_000;
const known = new Map<string, { digest: Buffer | undefined; until: number }>();

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

async function expected({ settings }: Call, deploymentId: string): Promise<Buffer | undefined> {
  const now = ports().now();
  const cached = known.get(deploymentId);
  if (cached && cached.until > now) return cached.digest;
  const vault = new Vault(clients(settings.subscriptionId).secrets(settings.mixerVaultUrl));
  const token = await vault.read(secretName.agent(deploymentId));
  for (const [id, { until }] of known) if (until <= now) known.delete(id);
  const entry = { digest: token === undefined ? undefined : digest(token), until: now + BELIEVED };
  known.set(deploymentId, entry);
  return entry.digest;
}

/**
 * Lets an agent of `deploymentId` pass: in the cloud by the app role of its managed identity (App Service checked the
 * token), locally by the deployment's bearer token.
 * @throws Problem 401
 */
export async function provenAgent(call: Call, deploymentId: string): Promise<void> {
  if (call.settings.authMode === 'entra') {
    if (claimedRoles(call.request.headers, call.settings).has(AGENT_ROLE)) return;
    throw new Problem(401, 'Show a token of the mixers’ managed identity with the app role agent');
  }
  const given = /^Bearer (\S+)$/i.exec(call.request.headers.get('authorization') ?? '')?.[1];
  const wanted = given === undefined ? undefined : await expected(call, deploymentId);
  if (given === undefined || wanted === undefined || !timingSafeEqual(digest(given), wanted))
    throw new Problem(401, 'Show the deployment’s agent token (secret <deploymentId>-agent in the mixers’ vault)', {
      headers: { 'www-authenticate': 'Bearer' },
    });
}
