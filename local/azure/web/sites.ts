/** Function apps. App settings are kept apart: only `config/appsettings/list` tells them, as they may be secrets. */
import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { parse } from '../core/errors.ts';
import { fillIdentity } from '../core/identity.ts';
import { nameOf } from '../core/ids.ts';
import { child, children, type JsonObject, text } from '../core/json.ts';
import { plain } from '../core/plain.ts';
import type { Action, Put, Resource, ResourceType, Sim } from '../core/provider.ts';
import { WEB } from './constraints.ts';
import { isFlex } from './plans.ts';
import { VERSIONS } from './versions.ts';

const CONFIG = 'Microsoft.Web/sites/config';

/** What the plan says by itself (Microsoft Learn, "Flex Consumption plan deprecations"). */
const REPLACED = new Set([
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
]);

const flexConfig = z.looseObject({
  deployment: z.looseObject({
    storage: z.looseObject({
      type: z.literal('blobContainer'),
      value: z.url(),
      authentication: z.looseObject({
        type: z.enum(['SystemAssignedIdentity', 'UserAssignedIdentity', 'StorageAccountConnectionString']),
      }),
    }),
  }),
  scaleAndConcurrency: z.looseObject({
    maximumInstanceCount: z.int().min(1).max(1000),
    instanceMemoryMB: z.union([z.literal(512), z.literal(2048), z.literal(4096)]),
    alwaysReady: z.array(z.strictObject({ name: z.string().min(1), instanceCount: z.int().min(1) })).optional(),
  }),
  runtime: z.looseObject({ name: z.string().min(1), version: z.string().min(1) }),
});

function checkFlex({ resource }: Put<never>, settings: JsonObject): void {
  if (resource.properties.functionAppConfig === undefined) throw refuse(WEB.flexConfig);
  parse(flexConfig, resource.properties.functionAppConfig);
  const name = Object.keys(settings).find((one) => REPLACED.has(one));
  if (name) throw refuse(WEB.flexSetting, { name });
}

const named = (list: JsonObject[]): JsonObject =>
  Object.fromEntries(list.map((one) => [text(one, 'name') ?? '', text(one, 'value') ?? '']));

/** Keeps what `config/appsettings` holds. */
function keepSettings(sim: Sim<'time' | 'resources'>, site: Resource, properties: JsonObject): void {
  const id = `${site.id}/config/appsettings`;
  const now = sim.time.now();
  sim.resources.save({
    ...(sim.resources.get(id) ?? { id, name: 'appsettings', type: CONFIG, etag: '', createdAt: now, extra: {} }),
    location: undefined,
    properties: {},
    hidden: { settings: properties },
    changedAt: now,
    seeded: undefined,
  });
}

export const sites: ResourceType<'account' | 'time' | 'chance' | 'resources'> = plain({
  type: 'sites',
  apiVersions: VERSIONS,
  namePattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/,
  deleteOrder: 60,
  unique: true,
  duration: { median: 15, p95: 40 },
  fill(call) {
    const { sim, resource } = call;
    const { properties } = resource;
    const plan = sim.resources.get(text(properties, 'serverFarmId'));
    if (!plan) throw refuse(WEB.planUnknown, { name: nameOf(text(properties, 'serverFarmId') ?? '') });
    fillIdentity(sim, resource);
    const { appSettings: _, ...siteConfig } = child(properties, 'siteConfig');
    const settings = named(children(child(properties, 'siteConfig'), 'appSettings'));
    if (isFlex(plan)) checkFlex(call, settings);
    keepSettings(sim, resource, settings);
    return {
      siteConfig: { ...siteConfig, appSettings: null },
      state: 'Running',
      enabled: true,
      defaultHostName: `${resource.name.toLowerCase()}.azurewebsites.net`,
    };
  },
});

const list: Action<never> = {
  run: ({ resource }) => ({
    response: {
      status: 200,
      body: { id: resource.id, name: resource.name, type: CONFIG, properties: child(resource.hidden, 'settings') },
    },
  }),
};

/** `authsettingsV2` and `appsettings` among others. */
export const configs: ResourceType<'resources'> = {
  type: 'sites/config',
  apiVersions: VERSIONS,
  tracked: false,
  put({ sim, resource, parent }) {
    if (resource.name.toLowerCase() === 'appsettings' && parent) {
      const settings = resource.properties;
      delete settings.provisioningState;
      resource.properties = {};
      resource.hidden = { settings };
      const plan = sim.resources.get(text(parent.properties, 'serverFarmId'));
      const name = Object.keys(settings).find((one) => REPLACED.has(one));
      if (plan && isFlex(plan) && name) throw refuse(WEB.flexSetting, { name });
    }
    return { state: null, status: 200 };
  },
  actions: { list },
};

export const credentialPolicies = plain({
  type: 'sites/basicPublishingCredentialsPolicies',
  apiVersions: VERSIONS,
  properties: z.looseObject({ allow: z.boolean() }),
});
