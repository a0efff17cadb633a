/** The two container groups: programme relay and slide splitter. */
import { AzureFailure } from '../azure/errors.ts';
import { beginClassic } from '../azure/operations.ts';
import { withoutSecrets } from '../azure/redact.ts';
import { settings } from '../azure/settings.ts';
import { Vault } from '../azure/vault.ts';
import { type ImageReference, parseImage, runsImage, takesIdentity } from '../domain/request/images.ts';
import type { Failure } from '../domain/seam/failure.ts';
import type { NodeFacts } from '../domain/seam/node.ts';
import type { NodeContext } from './handler.ts';
import { armId, type Resource, read, resourceHandler } from './resource.ts';

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

/**
 * The image of a group, looked at once more where it is about to get an identity and passphrases: in a registry of the
 * installation as the deployment knows it, or as it is set up by now.
 */
function runnable({ input: { installation }, spec }: NodeContext<'container-group'>): ImageReference {
  const image = parseImage(spec.image);
  const known = [installation.relayImage, installation.slideSplitterImage];
  if (image && runsImage(spec.image, known, [])) return image;
  const { relayImage, slideSplitterImage, allowedRegistries } = settings();
  if (image && runsImage(spec.image, [relayImage, slideSplitterImage], allowedRegistries)) return image;
  throw new AzureFailure({
    failure: {
      class: 'configuration',
      code: 'ImageNotAllowed',
      message: 'Cannot run an image of a registry that is not allowed here',
      resource: spec.role,
      advice: 'use the registry of RELAY_IMAGE, or add the other to the setting ALLOWED_REGISTRIES',
    },
  });
}

/** The secrets that go into `secureValue`, read right before the request: they exist in this call only. */
async function secureValues({ input, spec, azure }: NodeContext<'container-group'>) {
  const { keyVaultUrl, mixerVaultUrl } = input.installation;
  return await Promise.all(
    Object.entries(spec.secureEnvironment).map(async ([name, { vault, secret }]) => {
      const value = await new Vault(azure.secrets(vault === 'control' ? keyVaultUrl : mixerVaultUrl)).read(secret);
      if (value === undefined) throw missingSecret(secret);
      return { name, secureValue: value };
    }),
  );
}

/** A secret that the plan needs and nobody made. */
export const missingSecret = (secret: string) =>
  new AzureFailure({
    failure: {
      class: 'configuration',
      code: 'SecretMissing',
      message: `Cannot find secret ${secret} in its vault`,
      resource: secret,
      advice: 'it was deleted while the deployment ran; deploy again',
    },
  });

export const containerGroup = resourceHandler<'container-group'>((context): Resource => {
  const { input, spec, azure } = context;
  const id = armId(input, 'Microsoft.ContainerInstance/containerGroups', spec.name);
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
      const health = spec.ports.find(({ protocol }) => protocol === 'TCP')?.port;
      const values = secure.map(({ secureValue }) => secureValue);
      return await withoutSecrets(values, () =>
        beginClassic([input.resourceGroup, spec.name], id, () =>
          client.beginCreateOrUpdate(input.resourceGroup, spec.name, {
            location: input.region,
            tags: input.tags,
            osType: 'Linux',
            sku: 'Standard',
            restartPolicy: 'Always',
            identity: { type: 'UserAssigned', userAssignedIdentities: { [spec.identityId]: {} } },
            ...(takesIdentity(image)
              ? { imageRegistryCredentials: [{ server: image.host, identity: spec.identityId }] }
              : {}),
            containers: [
              {
                name: spec.role,
                image: spec.image,
                resources: { requests: { cpu: spec.cpu, memoryInGB: spec.memoryGb } },
                ports: spec.ports,
                // 503 of a relay that cannot serve for half a minute restarts its container (relay/health.ts).
                ...(health === undefined
                  ? {}
                  : {
                      livenessProbe: {
                        httpGet: { path: '/health', port: health, scheme: 'http' },
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
            ipAddress: {
              type: 'Public',
              ports: spec.ports,
              dnsNameLabel: spec.dnsLabel,
              // Said explicitly: any other scope puts a hash into the name that encoders keep from week to week.
              autoGeneratedDomainNameLabelScope: 'Unsecure',
            },
          }),
        ),
      );
    },
    earlyFacts: address,
    hopeless: (body) => pullFailure(body, id),
  };
});
