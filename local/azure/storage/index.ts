/** Microsoft.Storage: accounts with their blob containers, as far as an installation's shape needs them, and rows of their tables; no blob is stored. */
import { z } from 'zod';
import { nameCheck, plain } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';
import { tableHost } from './tables.ts';

const VERSIONS = ['2022-09-01', '2023-01-01', '2023-05-01', '2024-01-01', '2025-01-01'];
const ACCOUNT = 'Microsoft.Storage/storageAccounts';
const SERVICES = ['blob', 'queue', 'table', 'file'];

/** How the platform names the endpoints of an account (Microsoft Learn, "Storage account overview"). */
const endpoints = (name: string) =>
  Object.fromEntries(SERVICES.map((service) => [service, `https://${name}.${service}.core.windows.net/`]));

const child = (type: string) =>
  plain({ type: `storageAccounts/${type}`, apiVersions: VERSIONS, needsLocation: false, deleteOrder: 60 });

export const storage: Provider<'time' | 'resources' | 'settings'> = {
  namespace: 'Microsoft.Storage',
  types: [
    plain({
      type: 'storageAccounts',
      apiVersions: VERSIONS,
      namePattern: /^[a-z0-9]{3,24}$/,
      deleteOrder: 70,
      unique: true,
      properties: z.looseObject({
        allowSharedKeyAccess: z.boolean().optional(),
        minimumTlsVersion: z.enum(['TLS1_0', 'TLS1_1', 'TLS1_2', 'TLS1_3']).optional(),
      }),
      duration: { median: 20, p95: 35 },
      fill: ({ resource, sim }) => ({
        primaryEndpoints: endpoints(resource.name),
        primaryLocation: resource.location,
        statusOfPrimary: 'available',
        creationTime: sim.time.iso(resource.createdAt),
      }),
    }),
    ...['blobServices', 'queueServices', 'tableServices', 'tableServices/tables', 'blobServices/containers'].map(child),
  ],
  hosts: [tableHost],
  routes: [nameCheck('Microsoft.Storage', ACCOUNT, VERSIONS)],
};
