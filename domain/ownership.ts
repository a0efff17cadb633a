/**
 * What is ours: every deletion asks here, and every tag is read here. Tags are set by anyone with write access, so their
 * shape is judged strictly; their names compare without case, because Azure's do and policies write them as they like.
 */
import { COMPONENT_ID } from './component.ts';
import { parseInstant } from './instant.ts';
import { eventOfDeployment, isSecretName, LANGUAGE, parseGroupName, resourceName } from './names.ts';

export type Tags = Readonly<Record<string, unknown>>;

/** Values that a tag has, whatever the case of its name. Azure keeps one; a vault keeps as many as there are spellings. */
const valuesOf = (tags: Tags | undefined, name: string): string[] =>
  Object.entries(tags ?? {}).flatMap(([key, value]) =>
    key.toLowerCase() === name.toLowerCase() && typeof value === 'string' ? [value] : [],
  );

/** The value of a tag; undefined when it is absent or says two things. */
export function tagOf(tags: Tags | undefined, name: string): string | undefined {
  const [first, ...others] = valuesOf(tags, name);
  return others.every((other) => other === first) ? first : undefined;
}

const NO_HOLD = new Set(['', 'false', '0', 'no']);

/** The value of the hold tag; undefined when nothing is held. Any value that does not mean no counts as yes. */
export const holdOf = (tags: Tags | undefined): string | undefined =>
  valuesOf(tags, 'hold').find((value) => !NO_HOLD.has(value.trim().toLowerCase()));

/** Whether the tags say that something is the deployment's. An id that is none matches nothing, not even itself. */
export const isTaggedOurs = (tags: Tags | undefined, deploymentId: unknown): boolean =>
  typeof deploymentId === 'string' &&
  eventOfDeployment(deploymentId) !== undefined &&
  tagOf(tags, 'deployment') === deploymentId;

/** A secret is the deployment's when its tags say so, or when it has no tag of any deployment and exactly a name of ours. */
export function isOurSecret(name: string, tags: Tags | undefined, deploymentId: string): boolean {
  if (eventOfDeployment(deploymentId) === undefined || !isSecretName(deploymentId, name)) return false;
  // A key that was replaced by hand has lost its tags; its name still carries the whole id.
  return isTaggedOurs(tags, deploymentId) || valuesOf(tags, 'deployment').length === 0;
}

/** The same for a key that a schedule keeps under a name of its own. */
export const isScheduleSecret = (tags: Tags, schedule: string): boolean =>
  valuesOf(tags, 'deployment').length === 0 && (tagOf(tags, 'schedule') ?? schedule) === schedule;

/** The deployment that a secret belongs to, by its tags and name, judged strictly; undefined when it is not ours or does not say. */
export function ownerOf(
  name: string,
  tags: Tags,
): { deploymentId: string; event: string } | { deploymentId?: undefined } | undefined {
  if (tagOf(tags, 'managed-by') !== 'stream-control') return undefined;
  const deploymentId = tagOf(tags, 'deployment');
  const event = eventOfDeployment(deploymentId);
  if (deploymentId !== undefined && event !== undefined)
    return isOurSecret(name, tags, deploymentId) ? { deploymentId, event } : undefined;
  const schedule = tagOf(tags, 'schedule');
  const kept = schedule !== undefined && isScheduleSecret(tags, schedule) && name.startsWith(`schedule-${schedule}-`);
  return kept ? {} : undefined;
}

/** What a group's tags and name say, when all of it has the shape that stream-control writes; else what is wrong with it. */
export type Claim = { event: string; deploymentId: string; expires: number; expiresAt: string } | { odd: string };

/** ISO 8601 UTC as stream-control writes it. */
const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

export function claimOf(group: { name: string; tags: Tags }): Claim {
  const expiresAt = tagOf(group.tags, 'expires');
  const expires = expiresAt !== undefined && WRITTEN.test(expiresAt) ? parseInstant(expiresAt) : undefined;
  if (expiresAt === undefined || expires === undefined) return { odd: 'expires is missing or malformed' };
  const deploymentId = tagOf(group.tags, 'deployment');
  const event = tagOf(group.tags, 'event');
  if (deploymentId === undefined || event === undefined || eventOfDeployment(deploymentId) !== event)
    return { odd: 'event or deployment is missing or malformed' };
  if (parseGroupName(group.name)?.event !== event) return { odd: 'its name is not that of a group of its event' };
  return { event, deploymentId, expires, expiresAt };
}

/** A resource as a listing shows it. */
export interface Listed {
  id: string;
  type: string;
  name: string;
  tags?: Tags | undefined;
  managedBy?: string | undefined;
}

/** A resource that is not ours, and why it stays. */
export interface LeftResource {
  id: string;
  type: string;
  name: string;
  why: string;
}

const lower = (id: string | undefined): string => (id ?? '').toLowerCase();
const DISK = 'microsoft.compute/disks';

/**
 * Kinds that we make, in the order in which Azure lets them go. A tag on anything else was put there by a policy that hands
 * down the group's tags, or copied.
 */
const MADE: readonly string[] = [
  // Of a build of the mixers' image, which has a group as an event has one.
  'microsoft.virtualmachineimages/imagetemplates',
  'microsoft.compute/virtualmachines',
  'microsoft.containerinstance/containergroups',
  'microsoft.network/networkinterfaces',
  'microsoft.network/publicipaddresses',
  DISK,
  'microsoft.network/virtualnetworks',
  'microsoft.network/networksecuritygroups',
];
/** Place of a kind in the order of deletion; -1 for what we never make. */
export const deletionOrder = (type: string): number => MADE.indexOf(lower(type));

/** Whether a resource has kind and name of one that an event consists of: what carries our tag elsewhere may be a copy. */
export function isNamedOurs({ type, name }: Pick<Listed, 'type' | 'name'>, event: string): boolean {
  if (deletionOrder(type) < 0) return false;
  if (name === resourceName.vnet || /^[a-z][a-z0-9-]*-nsg$/.test(name)) return true;
  const group = new RegExp(`^(.+)-${event}-[a-z][a-z0-9]+(?:-\\d+)?$`).exec(name)?.[1];
  if (group !== undefined && COMPONENT_ID.test(group)) return true;
  const component = new RegExp(`^(?:nic-|pip-)?(.+)-${event}(?:-\\d+)?(?:-os)?$`).exec(name)?.[1];
  return component !== undefined && (COMPONENT_ID.test(component) || LANGUAGE.test(component));
}

/**
 * Sorts what a group holds. Azure's own children of our resources (extensions, attachments, disks it made of our machines) go
 * with them and count as neither ours nor a stranger's.
 * @param systemDisks ids of the disks that our machines in the group were started from
 */
export function sortOut<T extends Listed>(
  listed: readonly T[],
  deploymentId: string,
  systemDisks: readonly string[] = [],
): { ours: T[]; children: T[]; strangers: LeftResource[] } {
  const ours = listed.filter(
    (one) => deletionOrder(one.type) >= 0 && !isNested(one) && isTaggedOurs(one.tags, deploymentId),
  );
  const ids = new Set(ours.map(({ id }) => lower(id)));
  const disks = new Set(systemDisks.map(lower));
  const children: T[] = [];
  const strangers: LeftResource[] = [];
  for (const one of listed) {
    if (ids.has(lower(one.id))) continue;
    const why = whyStrange(one, deploymentId, ids, disks);
    if (why === undefined) children.push(one);
    // A child of a resource of others is not listed: its parent is.
    else if (!isNested(one)) strangers.push({ id: one.id, type: one.type, name: one.name, why });
  }
  return { ours, children, strangers };
}

/** A child resource (`.../virtualMachines/x/extensions/y`) or one that extends another (`.../providers/.../providers/...`). */
const isNested = ({ id, type }: Listed): boolean =>
  type.split('/').length > 2 || lower(id).split('/providers/').length > 2;

/** @returns undefined for what Azure itself made of ours */
function whyStrange(
  one: Listed,
  deploymentId: string,
  ours: ReadonlySet<string>,
  disks: ReadonlySet<string>,
): string | undefined {
  const id = lower(one.id);
  if (isNested(one) && [...ours].some((parent) => id.startsWith(`${parent}/`))) return undefined;
  if (isTaggedOurs(one.tags, deploymentId)) return 'it carries our tag, but is of a kind that no event consists of';
  const owner = valuesOf(one.tags, 'deployment');
  if (owner.length > 0) return `its tags name deployment ${owner.join(' and ')}`;
  if (lower(one.type) === DISK) {
    if (disks.has(id)) return undefined;
    // An attached data disk is not ours only because our machine uses it.
    const machine = lower(one.managedBy);
    if (ours.has(machine) && lower(one.name) === `${machine.split('/').at(-1)}-os`) return undefined;
  } else if (one.managedBy !== undefined && ours.has(lower(one.managedBy))) return undefined;
  // How Azure marks what belongs to another resource (alerts and tests that policies attach).
  const linked = Object.keys(one.tags ?? {}).find((key) => lower(key).startsWith('hidden-link:'));
  if (linked !== undefined && ours.has(lower(linked).slice('hidden-link:'.length))) return undefined;
  return 'it does not carry our tag';
}

/** Names a few of the resources that stay, and counts the rest. */
export function leftText(left: readonly Pick<LeftResource, 'name' | 'type' | 'why'>[]): string {
  const SHOWN = 5;
  const named = left.slice(0, SHOWN).map(({ name, type }) => `${name} (${type.split('/').at(-1)})`);
  return `${named.join(', ')}${left.length > SHOWN ? ` and ${left.length - SHOWN} more` : ''}`;
}

/** A value inside the quotes of an OData filter. */
export const odata = (value: string): string => value.replaceAll("'", "''");

/** Tags by which tools (ours, and others that look for `DeleteAfter`) decide to remove a group. */
export const REMOVAL_TAGS = ['managed-by', 'purpose', 'auto_cleanup', 'ttl', 'expires', 'DeleteAfter'] as const;

/** Name and value, as they stand, of the tags that must go from a group that stays because it holds what is not ours. */
export const removalTags = (tags: Tags): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).filter(
      (tag): tag is [string, string] =>
        typeof tag[1] === 'string' && REMOVAL_TAGS.some((name) => name.toLowerCase() === tag[0].toLowerCase()),
    ),
  );
