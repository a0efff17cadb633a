import { PROFILE_NAMES } from '../../contract/layout.ts';
import type { UserDataInput } from '../../contract/user-data.ts';
import { computerNames, containerHost, dnsLabel, keysOperation, resourceName, secretName } from '../names.ts';
import { formatDuration } from '../request/durations.ts';
import { secretsExpire } from '../request/secrets.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import { machineNodes } from './graph.ts';
import { childTags, type Layout, type MachineLayout, machineAddress } from './layout.ts';
import { heartbeatInterval } from './polling.ts';

/**
 * What a node makes or checks, ready for its activity.
 * @throws Error when the id is no node of this plan (a programming error)
 */
export function nodeSpec(input: LifecycleInput, layout: Layout, id: string): NodeSpec {
  const { request, template, installation, deploymentId, event } = input;
  const label = (role: 'relay' | 'slides') => dnsLabel(installation.subscriptionId, event, role);
  switch (id) {
    case 'preflight':
      return {
        kind: 'preflight',
        languages: request.languages,
        regions: request.regions,
        vmSizes: request.vmSizes,
        spot: request.spot,
        keysGiven: request.keysGiven,
        streamSecrets: request.keysGiven
          ? request.languages.map((language) => [
              secretName.staged(keysOperation(deploymentId, input.requestHash), language),
              secretName.stream(deploymentId, language),
            ])
          : [],
        dnsLabels: [label('relay'), label('slides')],
        computerNames: computerNames(event, request.languages),
        containerCpus: template.relay.cpu + template.slides.cpu,
      };
    case 'resource-group':
      return {
        kind: 'resource-group',
        tags: {
          ...childTags(input),
          created: layout.createdAt,
          auto_cleanup: 'true',
          ttl: formatDuration(layout.ttlSeconds),
          expires: layout.expiresAt,
          DeleteAfter: layout.expiresAt,
        },
      };
    case 'secrets':
      return {
        kind: 'secrets',
        languages: layout.machines.filter(({ removed }) => !removed).map(({ language }) => language),
        expires: secretsExpire(request, Date.parse(layout.createdAt)).toISOString(),
        ...(layout.staged === undefined ? {} : { staged: layout.staged }),
      };
    case 'nsg-containers':
      return {
        kind: 'nsg',
        name: resourceName.nsg('containers'),
        rules: [
          inbound('SRT-Inbound', 100, 'Udp', ['*'], [`${template.relay.ingestPort}`, `${template.slides.ingestPort}`]),
          inbound('Health-Check', 101, 'Tcp', ['*'], [`${template.relay.healthPort}`]),
        ],
      };
    case 'nsg-mixers':
      return {
        kind: 'nsg',
        name: resourceName.nsg('mixers'),
        rules: [
          ...(request.operatorCidrs.length > 0
            ? [inbound('RDP-Inbound', 100, 'Tcp', request.operatorCidrs, ['3389'])]
            : []),
          // Azure's own AllowVnetInBound (65000) would let neighbours in.
          { ...inbound('Deny-Inbound', 4096, '*', ['*'], ['*']), access: 'Deny' },
        ],
      };
    case 'vnet':
      return {
        kind: 'vnet',
        name: resourceName.vnet,
        addressSpace: template.network.addressSpace,
        subnets: [
          {
            name: resourceName.containersSubnet,
            prefix: template.network.containersSubnet,
            nsg: resourceName.nsg('containers'),
            delegation: 'Microsoft.ContainerInstance/containerGroups',
          },
          {
            name: resourceName.mixersSubnet,
            prefix: template.network.mixersSubnet,
            nsg: resourceName.nsg('mixers'),
          },
        ],
      };
    case 'relay':
    case 'slides': {
      const shape = template[id];
      return {
        kind: 'container-group',
        name: resourceName.containerGroup(id, event, layout.region),
        role: id,
        dnsLabel: label(id),
        image: layout.images?.[id] ?? (id === 'relay' ? installation.relayImage : installation.slideSplitterImage),
        identityId: installation.relayIdentityId,
        cpu: shape.cpu,
        memoryGb: shape.memoryGb,
        ports: [
          { port: shape.ingestPort, protocol: 'UDP' },
          { port: shape.egressPort, protocol: 'UDP' },
          { port: shape.healthPort, protocol: 'TCP' },
        ],
        environment: {
          ROLE: id,
          EVENT_TITLE: request.title,
          INGEST_PORT: `${shape.ingestPort}`,
          EGRESS_PORT: `${shape.egressPort}`,
          HEALTH_PORT: `${shape.healthPort}`,
          SRT_LATENCY_MS: `${request.parameters.srtLatencyMs ?? ''}`,
        },
        secureEnvironment: {
          INGEST_PASSPHRASE: {
            vault: 'control',
            secret: id === 'relay' ? secretName.programme(deploymentId) : secretName.slides(deploymentId),
          },
          EGRESS_PASSPHRASE: { vault: 'mixers', secret: secretName.egress(deploymentId) },
        },
      };
    }
    case 'check-relay':
    case 'check-slides': {
      const role = id === 'check-relay' ? 'relay' : 'slides';
      return {
        kind: 'check-container',
        container: resourceName.containerGroup(role, event, layout.region),
        host: containerHost(dnsLabel(installation.subscriptionId, event, role), layout.region),
        port: template[role].healthPort,
        ...template.checks,
      };
    }
    default: {
      const machine = layout.machines.find(({ language }) => machineNodes(language).includes(id));
      if (!machine) throw new Error(`Cannot compile node ${JSON.stringify(id)} as the plan has no such node`);
      return machineSpec(input, layout, machine, id);
    }
  }
}

function machineSpec(input: LifecycleInput, layout: Layout, machine: MachineLayout, id: string): NodeSpec {
  const { request, template, installation, deploymentId, event } = input;
  const { language, variant } = machine;
  const [pip, nic, mixer] = machineNodes(language);
  const vm = resourceName.mixer(language, event, variant);
  if (id === pip) return { kind: 'public-ip', name: resourceName.publicIp(language, event, variant) };
  if (id === nic)
    return {
      kind: 'nic',
      name: resourceName.nic(language, event, variant),
      vnet: resourceName.vnet,
      subnet: resourceName.mixersSubnet,
      nsg: resourceName.nsg('mixers'),
      publicIp: resourceName.publicIp(language, event, variant),
      privateIpAddress: machineAddress(template.network.mixersSubnet, template.network.firstMixer, machine),
    };
  if (id !== mixer) return { kind: 'check-mixer', mixer: vm, language, ...template.checks };
  const languages = layout.machines.map((each) => each.language);
  return {
    kind: 'mixer',
    name: vm,
    language,
    computerName: computerNames(event, languages)[languages.indexOf(language)] ?? '',
    nic: resourceName.nic(language, event, variant),
    vmSize: machine.vmSize,
    imageId: installation.mixerImageId,
    identityId: installation.mixerIdentityId,
    spot: request.spot,
    adminUsername: template.mixer.adminUsername,
    passwordSecret: secretName.windows(deploymentId, language),
    userData: JSON.stringify(userData(input, layout, language)),
    ...(template.mixer.osDiskGb === undefined ? {} : { osDiskGb: template.mixer.osDiskGb }),
  };
}

function userData(input: LifecycleInput, layout: Layout, language: string): UserDataInput {
  const { request, template, installation, deploymentId, event } = input;
  const { videoProfile, srtLatencyMs } = request.parameters;
  const profile = PROFILE_NAMES.find((name) => name === videoProfile);
  const { controlPlaneAudience } = installation;
  const host = (role: 'relay' | 'slides') =>
    containerHost(dnsLabel(installation.subscriptionId, event, role), layout.region);
  return {
    v: 1,
    deploymentId,
    event,
    title: request.title,
    language,
    controlPlaneUrl: installation.publicUrl,
    ...(controlPlaneAudience === undefined ? {} : { controlPlaneAudience }),
    heartbeatSeconds: heartbeatInterval(
      template.mixer.heartbeatSeconds,
      installation.timeScale,
      layout.machines.length,
    ),
    identityClientId: layout.mixerIdentityClientId,
    vaultUrl: installation.mixerVaultUrl,
    secrets: {
      streamKey: secretName.stream(deploymentId, language),
      egress: secretName.egress(deploymentId),
      ...(installation.localAgents ? { agentToken: secretName.agent(deploymentId) } : {}),
    },
    programme: { host: host('relay'), port: template.relay.egressPort },
    slides: { host: host('slides'), port: template.slides.egressPort },
    // What is absent has its default in the contract.
    layout: {
      ...(profile === undefined ? {} : { profile }),
      ...(typeof srtLatencyMs === 'number' ? { latencyMs: srtLatencyMs } : {}),
    },
  };
}

const inbound = (
  name: string,
  priority: number,
  protocol: 'Tcp' | 'Udp' | '*',
  sources: string[],
  ports: string[],
): Extract<NodeSpec, { kind: 'nsg' }>['rules'][number] => ({
  name,
  priority,
  direction: 'Inbound',
  access: 'Allow',
  protocol,
  sources,
  ports,
});
