/** What App Service does with what was installed: gives the app its settings and its identity, and needs rights for itself to do so. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { permittedData } from '../../local/azure/authorization/rbac.ts';
import type { Resource } from '../../local/azure/core/model.ts';
import { issueToken } from '../../local/azure/login/token.ts';
import type { Simulator } from '../../local/azure/simulator.ts';
import { ask, OWNER } from './azure.ts';

export interface Site {
  name: string;
  group: string;
  /** Exactly those of the template. */
  settings: Record<string, string>;
  /** The control plane's. */
  identity: { clientId: string; principalId: string };
}

const only = (simulator: Simulator, type: string, where: (one: Resource) => boolean = () => true): Resource => {
  const found = simulator.kernel.resources.ofType(type).filter((one) => !one.seeded && where(one));
  const [first] = found;
  if (!first || found.length > 1)
    throw new Error(`The installation has ${found.length} of ${type} where there must be one`);
  return first;
};

const STORAGE = 'Microsoft.Storage/storageAccounts';
/** What the host does with its own storage, by the setting that says where it is. */
const HOST_NEEDS: Record<string, readonly [service: string, action: string, role: string]> = {
  AzureWebJobsStorage__blobServiceUri: ['blob', 'blobServices/containers/blobs/write', 'Storage Blob Data Owner'],
  AzureWebJobsStorage__queueServiceUri: [
    'queue',
    'queueServices/queues/messages/write',
    'Storage Queue Data Contributor',
  ],
  AzureWebJobsStorage__tableServiceUri: [
    'table',
    'tableServices/tables/entities/write',
    'Storage Table Data Contributor',
  ],
};

/** @throws Error naming what is missing for the app to start on Azure */
export async function siteOf(simulator: Simulator): Promise<Site> {
  const { kernel } = simulator;
  const site = only(simulator, 'Microsoft.Web/sites');
  const listed = await ask(simulator, OWNER, 'POST', `${site.id}/config/appsettings/list?api-version=2024-04-01`);
  const settings = listed.body.properties as Record<string, string>;
  const identityIds = Object.keys(
    (site.extra.identity as { userAssignedIdentities?: object })?.userAssignedIdentities ?? {},
  );
  const identity = kernel.resources.get(identityIds[0]);
  const { clientId, principalId } = (identity?.properties ?? {}) as { clientId?: string; principalId?: string };
  if (!clientId || !principalId || identityIds.length > 1)
    throw new Error('The site has no identity of its own, or several');
  for (const name of ['AZURE_CLIENT_ID', 'AzureWebJobsStorage__clientId'])
    if (settings[name] !== clientId) throw new Error(`Setting ${name} is not the client id of the site's identity`);
  const mustHave = (action: string, scope: string, role: string) => {
    if (!permittedData(kernel, principalId, action, scope))
      throw new Error(`The control plane's identity may not ${action} at ${scope}: it needs ${role}`);
  };
  for (const [setting, [service, action, role]] of Object.entries(HOST_NEEDS)) {
    const at = kernel.resources
      .ofType(STORAGE)
      .find(({ properties }) => (properties.primaryEndpoints as Record<string, string>)[service] === settings[setting]);
    if (!at) throw new Error(`Setting ${setting} names no storage account that was installed`);
    mustHave(`${STORAGE}/${action}`, at.id, role);
  }
  packageAt(simulator, site);
  const component = only(simulator, 'Microsoft.Insights/components');
  if (settings.APPLICATIONINSIGHTS_CONNECTION_STRING !== component.properties.ConnectionString)
    throw new Error('Setting APPLICATIONINSIGHTS_CONNECTION_STRING is not that of the installed component');
  mustHave('Microsoft.Insights/Telemetry/Write', component.id, 'Monitoring Metrics Publisher');
  return { name: site.name, group: site.id.split('/')[4] ?? '', settings, identity: { clientId, principalId } };
}

/** The container that the app's zip goes to must have been made. */
function packageAt({ kernel }: Simulator, site: Resource): void {
  const { deployment } = site.properties.functionAppConfig as { deployment: { storage: { value: string } } };
  const { host, pathname } = new URL(deployment.storage.value);
  const account = host.split('.')[0];
  const found = kernel.resources
    .ofType(`${STORAGE}/blobServices/containers`)
    .some(({ id }) => id.endsWith(`/${account}/blobServices/default/containers${pathname}`));
  if (!found) throw new Error(`The site's package goes to ${deployment.storage.value}, which was not installed`);
}

/** A token of the site's identity for whom it names, as the platform's own endpoint gives it (Microsoft Learn, "Use managed identities for App Service"). */
export async function identityEndpoint(simulator: Simulator, { identity }: Site) {
  const secret = 'the-platform-s-own';
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
    const known = request.headers['x-identity-header'] === secret && query.get('client_id') === identity.clientId;
    const resource = query.get('resource') ?? '';
    const who = { clientId: identity.clientId, objectId: identity.principalId };
    const expires = Math.floor(simulator.kernel.time.now() / 1000) + 86_400;
    const body = known
      ? {
          access_token: issueToken(simulator.kernel, who, resource),
          expires_on: String(expires),
          resource,
          token_type: 'Bearer',
          client_id: identity.clientId,
        }
      : { statusCode: 400, message: 'No managed identity of this site has that client id' };
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    /** What the platform puts beside the app's settings. */
    variables: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: secret },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
