/** How an agent proves which mixer it is. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { clients } from '../azure/clients.ts';
import { Vault } from '../azure/vault.ts';
import { secretName } from '../domain/names.ts';
import { ports } from '../ports/index.ts';
import { perHost } from '../ports/per-host.ts';
import type { Call } from './door.ts';
import { vouchedFor } from './principal.ts';
import { Problem } from './problem.ts';

/** App role that bicep gives the mixers' identity. */
const AGENT_ROLE = 'agent';

/** Milliseconds a token read from the vault is believed: fifty mixers must not ask the vault at every heartbeat. */
const BELIEVED = 60_000;
/** Milliseconds after which a token that does not fit is read again: it may be a new one. */
const DOUBTED = 5_000;
const tokens = perHost(() => new Map<string, { digest: Buffer | undefined; at: number }>());

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** @param younger how young (ms) what is remembered must be to be used */
async function expected({ settings }: Call, deploymentId: string, younger: number): Promise<Buffer | undefined> {
  const known = tokens();
  const now = ports().now();
  const isYoung = (at: number, limit: number) => at <= now && now - at < limit;
  const cached = known.get(deploymentId);
  if (cached && isYoung(cached.at, younger)) return cached.digest;
  const vault = new Vault((await clients(settings.subscriptionId)).secrets(settings.mixerVaultUrl));
  let token: string | undefined;
  try {
    token = await vault.read(secretName.agent(deploymentId));
  } catch (error) {
    // A vault that is away must not make every mixer look silent: what it said last still counts.
    if (cached?.digest) return cached.digest;
    throw error;
  }
  for (const [id, { at }] of known) if (!isYoung(at, BELIEVED)) known.delete(id);
  const entry = { digest: token === undefined ? undefined : digest(token), at: now };
  known.set(deploymentId, entry);
  return entry.digest;
}

async function fits(call: Call, deploymentId: string, given: string): Promise<boolean> {
  for (const younger of [BELIEVED, DOUBTED]) {
    const wanted = await expected(call, deploymentId, younger);
    if (wanted && timingSafeEqual(digest(given), wanted)) return true;
  }
  return false;
}

/**
 * Lets an agent of `deploymentId` pass: in the cloud by a token of its managed identity with the app
 * role, locally by the deployment's bearer token.
 * @throws Problem 401
 */
export async function provenAgent(call: Call, deploymentId: string): Promise<void> {
  if (call.settings.authMode === 'entra') {
    if ((await vouchedFor(call.request.headers, call.settings))?.roles.has(AGENT_ROLE)) return;
    throw new Problem(401, 'Show a token of the mixers’ managed identity with the app role agent');
  }
  const given = /^Bearer (\S+)$/i.exec(call.request.headers.get('authorization') ?? '')?.[1];
  if (given === undefined || !(await fits(call, deploymentId, given)))
    throw new Problem(401, 'Show the deployment’s agent token (secret <deploymentId>-agent in the mixers’ vault)', {
      headers: { 'www-authenticate': 'Bearer' },
    });
}
