/** A container group with a public name. */
import { AzureFailure } from '../../../azure/errors.ts';
import { mayOnlyLook } from '../../../azure/looking.ts';
import { beginClassic } from '../../../azure/operations.ts';
import { withoutSecrets } from '../../../azure/redact.ts';
import { settings } from '../../../azure/settings.ts';
import { Vault } from '../../../azure/vault.ts';
import { type ImageReference, parseImage, runsImage, takesIdentity } from '../../../domain/request/images.ts';
import type { Failure } from '../../../domain/seam/failure.ts';
import { IMAGES } from '../../../domain/seam/installation.ts';
import type { NodeFacts, NodeStep } from '../../../domain/seam/node.ts';
import type { NodeContext, NodeHandler } from '../../handler.ts';
import { keepLines } from '../../log-export.ts';
import { missingSecret } from '../../missing-secret.ts';
import { armId, type Resource, read, resourceHandler } from '../../resource.ts';
import { TYPE } from './state.ts';

/** The address in an answer of the container service, whichever of its two spellings (wire or SDK) it comes in. */
function address(body: unknown): NodeFacts | undefined {
  const { properties, ipAddress } = (body ?? {}) as {
    properties?: { ipAddress?: { fqdn?: string; ip?: string } };
    ipAddress?: { fqdn?: string; ip?: string };
  };
  const found = properties?.ipAddress ?? ipAddress;
  if (!found?.fqdn) return undefined;
  return { fqdn: found.fqdn, ...(found.ip ? { ip: found.ip } : {}) };
}

/** Times Azure may back off from pulling the image before it counts as impossible; by itself it would try for half an hour. */
const BACK_OFFS = 3;

/** A group whose image cannot be pulled: its running operation lists the events (recorded, azure-cli container tests). */
function pullFailure(body: unknown, resource: string): Failure | undefined {
  const { properties } = (body ?? {}) as {
    properties?: { events?: { name?: string; count?: number; message?: string }[] };
  };
  const events = properties?.events ?? [];
  if (!events.some(({ name, count = 1 }) => name === 'BackOff' && count >= BACK_OFFS)) return undefined;
  return {
    class: 'configuration',
    code: 'ImagePullBackOff',
    message: events.findLast(({ name }) => name === 'Failed')?.message ?? 'the image cannot be pulled',
    resource,
    advice: 'check the image’s name, the identity’s AcrPull role and the registry (RELAY_IMAGE, RELAY_IDENTITY_ID)',
  };
}

/** Container images among those of an installation: what else it has is no reference of one. */
const containerImages = (images: Readonly<Record<string, string>>): string[] =>
  IMAGES.containers.flatMap((name) => images[name] ?? []);

/**
 * The image of a group, looked at once more where it is about to get an identity and passphrases: in a registry of the
 * installation as the deployment knows it, or as it is set up by now.
 */
function runnable({ input: { installation }, spec }: NodeContext<'containers'>): ImageReference {
  const image = parseImage(spec.image);
  if (image && runsImage(spec.image, containerImages(installation.images), [])) return image;
  const { relayImage, slideSplitterImage, allowedRegistries } = settings();
  if (image && runsImage(spec.image, [relayImage, slideSplitterImage], allowedRegistries)) return image;
  throw new AzureFailure({
    failure: {
      class: 'configuration',
      code: 'ImageNotAllowed',
      message: 'Cannot run an image of a registry that is not allowed here',
      resource: spec.container,
      advice: 'use the registry of RELAY_IMAGE, or add the other to the setting ALLOWED_REGISTRIES',
    },
  });
}

/** The secrets that go into `secureValue`, read right before the request: they exist in this call only. */
async function secureValues({ input, spec, azure }: NodeContext<'containers'>) {
  const { keyVaultUrl, mixerVaultUrl } = input.installation;
  return await Promise.all(
    Object.entries(spec.secureEnvironment).map(async ([name, { vault, secret }]) => {
      const value = await new Vault(azure.secrets(vault === 'control' ? keyVaultUrl : mixerVaultUrl)).read(secret);
      if (value === undefined) throw missingSecret(secret);
      return { name, secureValue: value };
    }),
  );
}

const made = resourceHandler<'containers'>((context): Resource => {
  const { input, spec, azure } = context;
  const id = armId(input, TYPE, spec.name);
  const client = azure.containers.containerGroups;
  return {
    id,
    watch: 'operation',
    async look() {
      const found = await read(client.get(input.resourceGroup, spec.name));
      const facts = address(found);
      return (
        found && {
          provisioningState: found.provisioningState,
          tags: found.tags,
          asIntended: found.containers[0]?.image === spec.image && found.ipAddress?.dnsNameLabel === spec.dnsLabel,
          ...(facts ? { facts } : {}),
        }
      );
    },
    async send() {
      const image = runnable(context);
      const secure = await secureValues(context);
      const values = secure.map(({ secureValue }) => secureValue);
      return await withoutSecrets(values, () =>
        beginClassic([input.resourceGroup, spec.name], id, () =>
          client.beginCreateOrUpdate(input.resourceGroup, spec.name, {
            location: input.region,
            tags: input.tags,
            osType: 'Linux',
            sku: 'Standard',
            restartPolicy: 'Always',
            identity: {
              type: 'UserAssigned',
              userAssignedIdentities: Object.fromEntries(spec.identityIds.map((id) => [id, {}])),
            },
            ...(takesIdentity(image)
              ? { imageRegistryCredentials: [{ server: image.host, identity: spec.identityIds[0] ?? '' }] }
              : {}),
            containers: [
              {
                name: spec.container,
                image: spec.image,
                resources: { requests: { cpu: spec.cpu, memoryInGB: spec.memoryGb } },
                ports: spec.ports,
                // 503 of one that cannot serve for half a minute restarts its container.
                ...(spec.health === undefined
                  ? {}
                  : {
                      livenessProbe: {
                        httpGet: { path: spec.health.path, port: spec.health.port, scheme: 'http' },
                        initialDelaySeconds: 30,
                        periodSeconds: 10,
                        failureThreshold: 3,
                        timeoutSeconds: 3,
                      },
                    }),
                environmentVariables: [
                  ...Object.entries(spec.environment).map(([name, value]) => ({ name, value })),
                  ...secure,
                ],
              },
            ],
            ...(spec.dnsLabel === undefined
              ? {}
              : {
                  ipAddress: {
                    type: 'Public',
                    ports: spec.ports,
                    dnsNameLabel: spec.dnsLabel,
                    // Said explicitly: any other scope puts a hash into the name that encoders keep from week to week.
                    autoGeneratedDomainNameLabelScope: 'Unsecure',
                  },
                }),
          }),
        ),
      );
    },
    // What has no address has nothing to wait for in a further look.
    earlyFacts: (body) => (spec.dnsLabel === undefined ? {} : address(body)),
    hopeless: (body) => pullFailure(body, id),
  };
});

/** Its lines are kept from when it is there. */
async function kept({ input, spec, azure }: NodeContext<'containers'>, step: NodeStep): Promise<NodeStep> {
  if (step.step !== 'done' || mayOnlyLook()) return step;
  const why = await keepLines(azure, armId(input, TYPE, spec.name));
  return why === undefined ? step : { ...step, facts: { ...step.facts, warnings: [why] } };
}

export const group: NodeHandler<'containers'> = {
  ...made,
  begin: async (context) => await kept(context, await made.begin(context)),
  poll: async (context, token) => await kept(context, await made.poll(context, token)),
};
