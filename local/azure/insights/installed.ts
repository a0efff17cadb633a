/** What an installation makes of Microsoft.Insights: components and diagnostic settings; and where its action groups send alerts. */
import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { ARM } from '../core/constraints.ts';
import { plain } from '../core/plain.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { keep } from '../operational-insights/container-lines.ts';

export const ACTION_GROUP = 'Microsoft.Insights/actionGroups';

const webhook = z.looseObject({
  name: z.string().min(1),
  serviceUri: z.url(),
  useAadAuth: z.boolean().optional(),
  objectId: z.guid().optional(),
  identifierUri: z.string().optional(),
});
/** What is named must exist. */
const exists = (sim: Sim<'resources'>, id: string): void => {
  if (!sim.resources.get(id)) throw refuse(ARM.childNotFound, { id });
};
const component = plain<'chance'>({
  type: 'components',
  apiVersions: ['2020-02-02', '2025-01-23-preview'],
  properties: z.looseObject({ Application_Type: z.string(), WorkspaceResourceId: z.string().optional() }),
  fill({ sim, resource }) {
    const workspace = resource.properties.WorkspaceResourceId;
    if (typeof workspace === 'string') exists(sim, workspace);
    const key = sim.chance.guid('component', resource.id.toLowerCase());
    const region = resource.location ?? '';
    return {
      InstrumentationKey: key,
      AppId: sim.chance.guid('application', resource.id.toLowerCase()),
      ConnectionString: `InstrumentationKey=${key};IngestionEndpoint=https://${region}-1.in.applicationinsights.azure.com/;LiveEndpoint=https://${region}.livediagnostics.monitor.azure.com/`,
    };
  },
});

const diagnosticSetting: ResourceType<'time' | 'resources' | 'operations'> = {
  ...plain({
    type: 'diagnosticSettings',
    apiVersions: ['2021-05-01-preview'],
    scope: 'any',
    needsLocation: false,
    properties: z.looseObject({ workspaceId: z.string().optional() }),
    fill({ sim, resource }) {
      const workspace = resource.properties.workspaceId;
      if (typeof workspace === 'string') exists(sim, workspace);
      return undefined;
    },
  }),
  deleteOrder: 0,
  removed: keep,
};

export const INSTALLED: readonly ResourceType<'chance' | 'time' | 'resources' | 'operations'>[] = [
  component,
  diagnosticSetting,
];

/** Where an installation's action groups send alerts; empty where none is installed. */
export const receivers = (sim: Sim<'resources'>): { url: string; audience: string | undefined }[] =>
  sim.resources.ofType(ACTION_GROUP).flatMap((group: Resource) =>
    z
      .array(webhook)
      .catch([])
      .parse(group.properties.webhookReceivers)
      .map(({ serviceUri, useAadAuth, identifierUri }) => ({
        url: serviceUri,
        audience: useAadAuth ? identifierUri : undefined,
      })),
  );
