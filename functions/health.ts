/** `GET /api/health`: liveness for anyone, details for viewers, and with `?checks=true` a look at what it depends on. */
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { door } from './door.ts';
import { covers, principalOf } from './principal.ts';

interface Check {
  name: string;
  outcome: 'pass' | 'fail';
  detail: string;
  advice?: string;
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, outcome: 'pass', detail: await look() };
  } catch (error) {
    const { code, message, advice } = classify(error, name).failure;
    return { name, outcome: 'fail', detail: `${code}: ${message}`, ...(advice ? { advice } : {}) };
  }
}

/** Whether Azure and both vaults answer this control plane's identity. */
function dependencies({ subscriptionId, keyVaultUrl, mixerVaultUrl }: Settings): Promise<Check[]> {
  const azure = clients(subscriptionId);
  const vault = (url: string) => async () => {
    // Any answer but "no such secret" is an error.
    await new Vault(azure.secrets(url)).read('stream-control-preflight');
    return url;
  };
  return Promise.all([
    check('resource manager', async () => {
      await azure.resources.resourceGroups.list({ top: 1 }).next();
      return `subscription ${subscriptionId}`;
    }),
    check('key vault', vault(keyVaultUrl)),
    check('mixer vault', vault(mixerVaultUrl)),
  ]);
}

export const healthDoors = [
  door({
    name: 'api-health',
    method: 'GET',
    route: 'api/health',
    access: 'anyone',
    summary: 'Liveness; details for viewers, dependencies with ?checks=true',
    answers: { 200: 'Alive' },
    async handle({ request, settings }) {
      const alive = { status: 'ok' };
      try {
        if (!covers(principalOf(request.headers, settings), 'viewer')) return { json: alive };
      } catch {
        return { json: alive };
      }
      const { cloud, subscriptionId, defaultRegion, authMode, timeScale, publicUrl } = settings;
      const details = { ...alive, cloud, subscriptionId, defaultRegion, authMode, timeScale, publicUrl };
      if (request.query.get('checks') !== 'true') return { json: details };
      return { json: { ...details, checks: await dependencies(settings) } };
    },
  }),
];
