/** Microsoft.VirtualMachineImages: image templates, whose run puts a version into a compute gallery. */
import { z } from 'zod';
import { fillIdentity } from '../core/identity.ts';
import { child, children, type JsonObject, text } from '../core/json.ts';
import { plain } from '../core/plain.ts';
import type { Action, LroStyle, Provider } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';

const lro: LroStyle<never> = {
  headers: ['azure-async'],
  path: (operation) =>
    `/subscriptions/${operation.subscription}/providers/Microsoft.VirtualMachineImages/locations/${operation.location}/operations/${operation.id}`,
  retryAfter: 10,
  pollRetryAfter: 30,
  status: (operation) => ({ status: operation.status }),
};

const properties = z.looseObject({
  source: z.looseObject({ type: z.enum(['PlatformImage', 'ManagedImage', 'SharedImageVersion']) }),
  distribute: z.array(z.looseObject({ type: z.string(), runOutputName: z.string().min(1) })).min(1),
  customize: z.array(z.looseObject({ type: z.string() })).optional(),
});

const run: Action<'draws' | 'resources' | 'arm'> = {
  // Half an hour at least: Windows is installed upon, generalised and copied.
  run: ({ resource }) => {
    resource.properties.lastRunStatus = { runState: 'Running' };
    return { plan: { status: 202, duration: { median: 2040, p95: 2700 }, state: null } };
  },
};

/** The version that a finished run distributes; its name counts builds of a day, as Image Builder's own do. */
function distribute(sim: Sim<'draws' | 'resources' | 'arm'>, template: JsonObject): void {
  for (const target of children(template, 'distribute')) {
    const definition = sim.resources.get(text(target, 'galleryImageId'));
    if (text(target, 'type') !== 'SharedImage' || !definition) continue;
    const version = `1.0.${sim.draws.nth(`image build ${definition.id.toLowerCase()}`)}`;
    sim.arm.serve({
      method: 'PUT',
      url: new URL(`https://management.azure.com${definition.id}/versions/${version}?api-version=2024-03-03`),
      headers: { authorization: 'Bearer image-builder' },
      body: JSON.stringify({
        location: definition.location,
        tags: target.artifactTags ?? {},
        properties: {
          publishingProfile: { targetRegions: target.targetRegions ?? [] },
          storageProfile: { osDiskImage: { sizeInGB: Number(child(template, 'vmProfile').osDiskSizeGB ?? 127) } },
        },
      }),
    });
  }
}

const templates = plain<'account' | 'chance' | 'draws' | 'arm'>({
  type: 'imageTemplates',
  apiVersions: ['2022-02-14', '2022-07-01', '2024-02-01'],
  namePattern: /^[A-Za-z0-9-_.]{1,64}$/,
  properties,
  duration: { median: 30, p95: 60 },
  actions: { run },
  fill({ sim, resource }) {
    fillIdentity(sim, resource);
    return {};
  },
  settled({ sim, operation, resource }) {
    if (operation.kind !== 'action' || !resource) return;
    resource.properties.lastRunStatus = { runState: operation.status === 'Succeeded' ? 'Succeeded' : 'Failed' };
    sim.resources.save(resource);
    if (operation.status === 'Succeeded') distribute(sim, resource.properties);
  },
});

export const imageBuilder: Provider<'account' | 'chance' | 'draws' | 'resources' | 'arm'> = {
  namespace: 'Microsoft.VirtualMachineImages',
  lro,
  types: [templates],
};
