/**
 * What the control plane's own identity may do. No SDK of ours lists permissions, so the request is made by hand through the
 * resource client's pipeline (Microsoft Learn, REST API "Permissions - List For Resource", api-version 2022-04-01; any scope answers).
 */
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import type { AzureClients } from './clients.ts';
import { AzureFailure, classifyBody } from './errors.ts';

const HOST = 'https://management.azure.com';
const VERSION = '2022-04-01';

/** What one role assignment gives: `actions` without its own `notActions`; another assignment may give these back. */
export interface Permission {
  actions?: string[];
  notActions?: string[];
}

/** Whether a pattern such as `Microsoft.Network/*` covers an action; case does not count and a star spans slashes. */
function covers(pattern: string, action: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'i').test(action);
}

/** The actions that none of the permissions gives, in their order. */
export const missingActions = (permissions: readonly Permission[], wanted: readonly string[]): string[] =>
  wanted.filter(
    (action) =>
      !permissions.some(
        ({ actions = [], notActions = [] }) =>
          actions.some((pattern) => covers(pattern, action)) && !notActions.some((pattern) => covers(pattern, action)),
      ),
  );

/**
 * Every permission that counts at `scope`, inherited ones too.
 * @param scope ARM id of a subscription, group or resource, with its leading slash
 * @throws AzureFailure when they cannot be read
 */
export async function permissionsAt({ resources, transport }: AzureClients, scope: string): Promise<Permission[]> {
  const found: Permission[] = [];
  let url: string | undefined = `${HOST}${scope}/providers/Microsoft.Authorization/permissions?api-version=${VERSION}`;
  while (url !== undefined) {
    const request = createPipelineRequest({ url, method: 'GET' });
    const { status, bodyAsText } = await resources.pipeline.sendRequest(transport, request);
    const body: unknown = bodyAsText ? JSON.parse(bodyAsText) : undefined;
    if (status !== 200) throw new AzureFailure(classifyBody(body, status, { resource: scope }));
    const { value = [], nextLink } = body as { value?: Permission[]; nextLink?: string };
    found.push(...value);
    url = nextLink || undefined;
  }
  return found;
}
