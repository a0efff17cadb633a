/** What a container group must look like; throws what Azure answers. Pure: what depends on other resources is in network.ts, dns.ts and quota.ts. */
import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import type { Container, GroupProperties } from './schema.ts';

const MAX_PORTS = 5;
const MAX_CONTAINERS = 60;
/** Ports the service keeps for itself (Microsoft Learn, Container Instances FAQ). */
const RESERVED: readonly [from: number, to: number][] = [
  [22, 22],
  [1025, 1027],
  [3389, 3399],
  [9999, 9999],
  [19000, 19000],
  [19080, 19080],
  [19100, 19100],
  [19390, 19390],
  [20000, 30000],
  [49152, 65534],
];
export const isReserved = (port: number): boolean => RESERVED.some(([from, to]) => port >= from && port <= to);

/** `[host[:port]/]path[:tag][@digest]` of the OCI distribution specification, as far as it tells references from other text. */
const IMAGE =
  /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Sum of the containers' requests. */
export const requested = (properties: GroupProperties): { cpu: number; memory: number } => ({
  cpu: sum(properties, (container) => container.properties.resources?.requests?.cpu ?? 0),
  memory: sum(properties, (container) => container.properties.resources?.requests?.memoryInGB ?? 0),
});
const sum = (properties: GroupProperties, of: (container: Container) => number): number =>
  Math.round((properties.containers ?? []).reduce((total, container) => total + of(container), 0) * 100) / 100;

export function validateContainers(group: string, properties: GroupProperties): void {
  const containers = properties.containers ?? [];
  if (!/^(linux|windows)$/i.test(properties.osType ?? ''))
    throw refuse(C.osType, { group, os: properties.osType ?? '' });
  if (containers.length === 0) throw refuse(C.missingContainers, { group });
  if (containers.length > MAX_CONTAINERS) throw refuse(C.tooManyContainers, { group, count: containers.length });
  const taken = new Set<number>();
  for (const { name, properties: container } of containers) {
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw refuse(C.containerName, { group, name });
    const { cpu = 0, memoryInGB = 0 } = container.resources?.requests ?? {};
    const tenths = Math.abs(memoryInGB * 10 - Math.round(memoryInGB * 10)) < 1e-6;
    if (cpu <= 0 || memoryInGB <= 0 || !tenths) throw refuse(C.resources, { group, name });
    if (!IMAGE.test(container.image ?? '')) throw refuse(C.imageMissing, { group, name, image: container.image ?? '' });
    for (const { port } of container.ports ?? []) {
      if (taken.has(port)) throw refuse(C.containerPortTwice, { group, port });
      taken.add(port);
    }
  }
  const { cpu, memory } = requested(properties);
  if (cpu < 1 || memory < 1 || cpu > 31 || memory > 240) throw refuse(C.resourcesTooLarge, { group, cpu, memory });
}

export function validateAddress(group: string, properties: GroupProperties): void {
  const { ipAddress } = properties;
  const inSubnet = (properties.subnetIds ?? []).length > 0;
  if (!ipAddress) return;
  const ports = ipAddress.ports ?? [];
  if (ports.length === 0) throw refuse(C.missingPorts, { group });
  if (ports.length > MAX_PORTS) throw refuse(C.tooManyPorts, { group, count: ports.length });
  const isPrivate = /^private$/i.test(ipAddress.type ?? 'Public');
  if (inSubnet && !isPrivate) throw refuse(C.ipTypeWithSubnet, { group });
  if (!inSubnet && isPrivate) throw refuse(C.ipTypePrivateWithoutSubnet, { group });
  if (inSubnet && ipAddress.dnsNameLabel) throw refuse(C.dnsLabelWithSubnet, { group, label: ipAddress.dnsNameLabel });
  const seen = new Set<number>();
  const offered = new Set(
    (properties.containers ?? []).flatMap((one) => (one.properties.ports ?? []).map((p) => p.port)),
  );
  for (const { port } of ports) {
    if (isReserved(port)) throw refuse(C.reservedPort, { group, port });
    if (seen.has(port)) throw refuse(C.duplicatePort, { group, port });
    if (!offered.has(port)) throw refuse(C.portNotInContainer, { group, port });
    seen.add(port);
  }
}

/** Registry host of an image; Docker Hub when it names none. */
export function registryOf(image: string): string {
  const first = image.split('/')[0] ?? '';
  return image.includes('/') && /[.:]|^localhost$/.test(first) ? first.toLowerCase() : 'index.docker.io';
}

/** @param identities ids of the group's user-assigned identities */
export function validateImages(group: string, properties: GroupProperties, identities: readonly string[]): void {
  const credentials = properties.imageRegistryCredentials ?? [];
  for (const { server, identity } of credentials) {
    if (identity && !identities.some((id) => sameId(id, identity)))
      throw refuse(C.identityNotAssigned, { group, identity, server });
  }
  for (const { properties: container } of properties.containers ?? []) {
    const image = container.image ?? '';
    const server = registryOf(image);
    const isPrivate = /\.azurecr\.(io|us|cn)$/.test(server);
    const credential = credentials.find((one) => one.server.toLowerCase() === server);
    const open = credential ? Boolean(credential.identity ?? credential.username) : !isPrivate;
    if (!open || /\.invalid(:\d+)?$/.test(server)) throw refuse(C.imageInaccessible, { group, image });
  }
}

const shape = (properties: GroupProperties): string =>
  JSON.stringify([
    properties.osType?.toLowerCase(),
    (properties.restartPolicy ?? 'Always').toLowerCase(),
    (properties.subnetIds ?? []).map((one) => one.id.toLowerCase()),
    (properties.ipAddress?.type ?? 'none').toLowerCase(),
    (properties.containers ?? []).map((one) => [
      one.name,
      one.properties.resources?.requests?.cpu,
      one.properties.resources?.requests?.memoryInGB,
    ]),
  ]);

/** An update may change images, commands, environment, ports, tags; never what the group was placed by. */
export function validateUpdate(group: string, before: GroupProperties, after: GroupProperties): void {
  if (shape(before) !== shape(after)) throw refuse(C.invalidUpdate, { group });
}
