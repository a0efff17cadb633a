/**
 * Every name the system gives to anything, in one place: short, deterministic, collision-free.
 * Limits: Microsoft Learn, "Naming rules and restrictions for Azure resources".
 */
import { LANGUAGE } from '../contract/language.ts';
import { sha256, shortHash } from './hash.ts';

export const EVENT_NAME = /^[a-z][a-z0-9-]{1,18}[a-z0-9]$/;
export { LANGUAGE };
export const MAX_LANGUAGES = 50;

/** `streaming-<event>-<epoch>`; `epoch` is whole seconds since 1970 of the deployment's acceptance. */
/** ARM id of a resource in a group. @param type `Microsoft.Network/virtualNetworks` */
export const resourceId = (subscriptionId: string, group: string, type: string, name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
export const resourceGroupName = (event: string, epoch: number): string => `streaming-${event}-${epoch}`;

/**
 * `<event>-<time base36>-<random>`.
 * @param now milliseconds since the Unix epoch
 * @param random at least 8 random bytes
 */
export function newDeploymentId(event: string, now: number, random: Uint8Array): string {
  const digits = Array.from(random, (byte) => (byte % 36).toString(36)).join('');
  return `${event}-${now.toString(36)}-${digits.slice(0, 8)}`;
}

/** The id under an Idempotency-Key: the same principal, event and key always give the same deployment. */
export const keyedDeploymentId = (event: string, principal: string, key: string): string =>
  `${event}-k-${sha256(JSON.stringify([principal, event, key])).slice(0, 10)}`;

/** Time and random part, or `k` and the hash of an Idempotency-Key. */
const DEPLOYMENT_ID = /^(.+)-(?:[0-9a-z]{3,9}-[0-9a-z]{8}|k-[0-9a-f]{10})$/;

/**
 * The event of a deploymentId: everything before its last two parts. Undefined when the value is no deploymentId: strict,
 * because ids that callers give become parts of instance ids, which the durable client puts into URLs as they are, and
 * because an id decides what is deleted.
 */
export function eventOfDeployment(deploymentId: unknown): string | undefined {
  // `exec` would convert an array or object to text.
  const event = typeof deploymentId === 'string' ? DEPLOYMENT_ID.exec(deploymentId)?.[1] : undefined;
  return event !== undefined && EVENT_NAME.test(event) ? event : undefined;
}

/** The event of a group's name; undefined when the value is no name that {@link resourceGroupName} gives. Azure ignores case. */
export function parseGroupName(name: unknown): { event: string; epoch: number } | undefined {
  const [, event, epoch] =
    (typeof name === 'string' && /^streaming-(.+)-([1-9]\d{0,10})$/.exec(name.toLowerCase())) || [];
  return event !== undefined && EVENT_NAME.test(event) ? { event, epoch: Number(epoch) } : undefined;
}

/** `<deploymentId>-op-<suffix>`, the suffix being 16 hexadecimal digits (of the Idempotency-Key's hash, or random), `deploy` or `teardown`. */
export const operationId = (deploymentId: string, suffix: string): string => `${deploymentId}-op-${suffix}`;

/** Takes an operationId apart; undefined when the text is not one. */
export function parseOperationId(id: string): { deploymentId: string; event: string; suffix: string } | undefined {
  const match = /^(.+)-op-([0-9a-f]{16}|deploy|teardown)$/.exec(id);
  const event = match?.[1] && eventOfDeployment(match[1]);
  return match?.[1] && match[2] && event ? { deploymentId: match[1], event, suffix: match[2] } : undefined;
}

/**
 * The operation under which a deployment's stream keys wait for its lifecycle. Another request under the same Idempotency-Key has another
 * place: it will be refused, and must not overwrite anything.
 */
export const keysOperation = (deploymentId: string, requestHash: string): string =>
  operationId(deploymentId, requestHash.slice(0, 16));

/** Instance ids of the durable orchestrations. Only `event-<name>` and `image-<name>` are ever reused (by the next deployment or build of that name). */
export const instanceId = {
  lifecycle: (event: string) => `event-${event}`,
  node: (deploymentId: string, node: string, attempt: number) => `${deploymentId}-${node}-${attempt}`,
  alarm: (deploymentId: string, alarm: string, generation: number) => `${deploymentId}-${alarm}-${generation}`,
  remove: (deploymentId: string, n: number) => `${deploymentId}-delete-${n}`,
  operation: (id: string) => `op-${id}`,
  record: (deploymentId: string) => `record-${deploymentId}`,
  /** What a deployment was accepted with. */
  origin: (deploymentId: string) => `origin-${deploymentId}`,
  /** Telling people that a lifecycle broke, the nth time. */
  broken: (deploymentId: string, n: string) => `${deploymentId}-broken-${n}`,
  notify: (deploymentId: string, n: number) => `${deploymentId}-notify-${n}`,
  answer: (operation: string) => `answer-${operation}`,
  /** One per image, so that there is one build of it at a time. Reused by the next. */
  imageBuild: (image: string) => `image-${image}`,
  /** Telling people what came of a build. */
  built: (buildId: string) => `${buildId}-built`,
} as const;

/**
 * Key Vault secret names (contract): 1 to 127 letters, digits and hyphens. They carry the deploymentId, so no two deployments
 * share one.
 */
export const secretName = {
  /** A template's secret `name`, of a language or number where there is one for each. */
  of: (deploymentId: string, name: string, each?: string) =>
    each === undefined ? `${deploymentId}-${name}` : `${deploymentId}-${name}-${each}`,
  /** A stream key of a command or deployment, until the event has accepted it. Keys in use are not touched before. */
  staged: (operationId: string, name: string, language: string) => `${operationId}-${name}-${language}`,
  /** Token that agents authenticate with where there is no managed identity (local use). */
  agent: (deploymentId: string) => `${deploymentId}-${AGENT_SECRET}`,
} as const;
/** No template may call a secret of its own so. */
export const AGENT_SECRET = 'agent';

/** Whether a name is one that {@link secretName} gives the deployment's secrets. */
export function isSecretName(deploymentId: string, name: string): boolean {
  if (!name.startsWith(`${deploymentId}-`)) return false;
  const [, each] = /^(?:op-[0-9a-f]{16}-)?[a-z][a-z0-9]{1,11}(?:-(.+))?$/.exec(name.slice(deploymentId.length + 1)) ?? [
    undefined,
    '',
  ];
  return each === undefined || LANGUAGE.test(each) || /^[1-9]\d?$/.test(each);
}

/**
 * DNS label of a container group: 5 to 63 lower-case letters, digits and hyphens. Derived from subscription and event,
 * never from time, so that weekly encoders keep their address.
 */
export const dnsLabel = (subscriptionId: string, event: string, component: string): string =>
  `${event}-${component}-${shortHash(`${subscriptionId.toLowerCase()}/${event}`, 6)}`;

/** The public name Azure gives a container group whose label scope is `Unsecure`; the name that came back is what is handed out. */
export const containerHost = (label: string, region: string): string => `${label}.${region}.azurecontainer.io`;

/** Azure resource names inside the event's group. `variant` counts the attempts at a component, so that names are never reused. */
const suffix = (variant: number): string => (variant > 1 ? `-${variant}` : '');
export const resourceName = {
  vnet: 'streaming-vnet',
  nsg: (subnet: string) => `${subnet}-nsg`,
  /** Unique over regions: equal names deployed to several regions at once trip Azure's fraud detection. */
  containerGroup: (component: string, event: string, region: string, variant = 1) =>
    `${component}-${event}-${region}${suffix(variant)}`,
  machine: (component: string, event: string, variant: number) => `${component}-${event}${suffix(variant)}`,
  /** @param stem what a component's parts are called after */
  nic: (stem: string, event: string, variant: number) => `nic-${stem}-${event}${suffix(variant)}`,
  publicIp: (stem: string, event: string, variant: number) => `pip-${stem}-${event}${suffix(variant)}`,
  disk: (machine: string) => `${machine}-os`,
} as const;

/**
 * Windows computer names (at most 15 characters, not all digits) of an event's machines, in order.
 * A machine keeps its name whatever comes after it in the list.
 * @param stems what each machine's parts are called after
 */
export function computerNames(event: string, stems: readonly string[]): string[] {
  // Asked for again with the same list for each of its machines.
  if (latest?.event === event && latest.stems === stems.join()) return latest.names;
  const taken = new Set<string>();
  const names = stems.map((stem) => {
    for (let salt = 0; ; salt++) {
      const prefix = stem.replace(/-/g, '').slice(0, 6);
      const name = `${prefix}-${shortHash(`${event}/${stem}/${salt}`, 8)}`;
      if (!taken.has(name)) {
        taken.add(name);
        return name;
      }
    }
  });
  latest = { event, stems: stems.join(), names };
  return names;
}
let latest: { event: string; stems: string; names: string[] } | undefined;
