/** Microsoft.VirtualMachineImages: image templates, whose run puts a version into a compute gallery. */
import { z } from 'zod';
import { ArmError } from '../core/errors.ts';
import { fillIdentity } from '../core/identity.ts';
import { child, children, type JsonObject, text } from '../core/json.ts';
import { plain } from '../core/plain.ts';
import type { Action, LroStyle, Provider, Resource } from '../core/provider.ts';
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
  source: z.union([
    z.looseObject({ type: z.enum(['PlatformImage', 'ManagedImage']) }),
    z.looseObject({ type: z.literal('SharedImageVersion'), imageVersionId: z.string().regex(/\/versions\/[^/]+$/i) }),
  ]),
  distribute: z.array(z.looseObject({ type: z.string(), runOutputName: z.string().min(1) })).min(1),
  customize: z.array(z.looseObject({ type: z.string() })).optional(),
  autoRun: z.looseObject({ state: z.enum(['Enabled', 'Disabled']) }).optional(),
});

/** Answers inside the platform, which asks for a token as everybody's are. */
const inside = { authorization: 'Bearer image-builder' };

const run: Action<'draws' | 'resources' | 'arm'> = {
  // Half an hour at least: Windows is installed upon, generalised and copied.
  run: ({ resource }) => {
    resource.properties.lastRunStatus = { runState: 'Running' };
    return { plan: { status: 202, duration: { median: 2040, p95: 2700 }, state: null } };
  },
};

/** A template that runs by itself is run when it is made (Microsoft Learn, template reference, "autoRun"). */
function autoRun(sim: Sim<'arm'>, template: Resource): void {
  if (text(child(template.properties, 'autoRun'), 'state') !== 'Enabled') return;
  sim.arm.serve({
    method: 'POST',
    url: new URL(`https://management.azure.com${template.id}/run?api-version=2024-02-01`),
    headers: inside,
    body: '',
  });
}

const VERSION = /\/versions\/([^/]+)$/i;

/**
 * The version that a finished run distributes: the one that the target names (explicit versioning), else one whose number counts
 * builds, as Image Builder's own do.
 */
function distribute(sim: Sim<'draws' | 'resources' | 'arm'>, template: JsonObject): void {
  for (const target of children(template, 'distribute')) {
    const named = text(target, 'galleryImageId') ?? '';
    const definition = sim.resources.get(named.replace(VERSION, ''));
    if (text(target, 'type') !== 'SharedImage' || !definition) continue;
    const version = VERSION.exec(named)?.[1] ?? `1.0.${sim.draws.nth(`image build ${definition.id.toLowerCase()}`)}`;
    sim.arm.serve({
      method: 'PUT',
      url: new URL(`https://management.azure.com${definition.id}/versions/${version}?api-version=2024-03-03`),
      headers: inside,
      body: JSON.stringify({
        location: definition.location,
        tags: target.artifactTags ?? {},
        properties: {
          publishingProfile: {
            targetRegions: target.targetRegions ?? [],
            excludeFromLatest: target.excludeFromLatest === true,
          },
          storageProfile: { osDiskImage: { sizeInGB: Number(child(template, 'vmProfile').osDiskSizeGB ?? 127) } },
        },
      }),
    });
  }
}

/** Distributes; why the gallery would not take it. */
function refusal(sim: Sim<'draws' | 'resources' | 'arm'>, template: JsonObject): string | undefined {
  try {
    distribute(sim, template);
    return undefined;
  } catch (error) {
    if (error instanceof ArmError) return `Distribution failed: ${error.message}`;
    throw error;
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
    if (!resource) return;
    if (operation.kind === 'create' && operation.status === 'Succeeded') autoRun(sim, resource);
    if (operation.kind !== 'action') return;
    const failure =
      operation.status === 'Succeeded'
        ? refusal(sim, resource.properties)
        : (operation.error?.message ?? 'Packer build command has failed');
    resource.properties.lastRunStatus =
      failure === undefined ? { runState: 'Succeeded' } : { runState: 'Failed', message: failure };
    sim.resources.save(resource);
  },
});

export const imageBuilder: Provider<'account' | 'chance' | 'draws' | 'resources' | 'arm'> = {
  namespace: 'Microsoft.VirtualMachineImages',
  lro,
  types: [templates],
};
