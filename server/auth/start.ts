/** The authorisation service as a program. */
import type { Server } from 'node:http';
import { join } from 'node:path';
import { ManagedIdentity } from '../../mixer/agent/imds.ts';
import type { AccessSettings } from '../settings.ts';
import { Access } from './access.ts';
import { fileStore } from './file-store.ts';
import { serveAccess } from './service.ts';
import type { UserStore } from './store.ts';
import { tableStore } from './table-store.ts';

const IMDS = 'http://169.254.169.254';
/** Whom a token for tables is shown to. */
const STORAGE = 'https://storage.azure.com/';

function storeOf({ ACCESS_FOLDER, ACCESS_TABLE_URL = '', DEPLOYMENT, IDENTITY_CLIENT_ID }: AccessSettings): UserStore {
  if (ACCESS_FOLDER !== undefined) return fileStore(join(ACCESS_FOLDER, DEPLOYMENT));
  const identity = new ManagedIdentity(IMDS, IDENTITY_CLIENT_ID);
  return tableStore(ACCESS_TABLE_URL, DEPLOYMENT, async () => ({
    authorization: `Bearer ${await identity.token(STORAGE)}`,
  }));
}

/** Resolves when it listens: what is kept has been read before. */
export async function startAccess(settings: AccessSettings): Promise<Server> {
  const now = () => Date.now();
  const access = await Access.open(storeOf(settings), now);
  const { HEALTH_PORT: port, BIND: host, ACCESS_SECRET: secret } = settings;
  return serveAccess({ port, host, secret, access, now });
}
