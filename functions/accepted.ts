import type { Settings } from '../azure/settings.ts';
import type { Accepted } from '../contract/api/operation.ts';
import type { Reply } from './door.ts';

/** 202 of every accepted change (contract). */
export function accepted(settings: Settings, event: string, deploymentId: string, operationId: string): Reply {
  const statusUrl = `${settings.publicUrl}/api/operations/${operationId}`;
  return {
    status: 202,
    headers: { location: statusUrl },
    json: { operationId, event, deploymentId, statusUrl } satisfies Accepted,
  };
}
