/**
 * References of container images, and which of them an installation runs. A relay runs with an identity and holds passphrases:
 * whoever names its image has both, so images come from registries that an admin has chosen, never from where a request says.
 */
export interface ImageReference {
  /** In lower case, with its port where one is written; `docker.io` where none is. */
  host: string;
  /** Whether the host was written. */
  explicit: boolean;
  /** Name inside the registry. */
  path: string;
}

const LABEL = '[a-z0-9]+(?:-+[a-z0-9]+)*';
/** A registry: names with dots and no address in brackets, no user, no path; the port a plain number. */
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::[1-9]\\d{0,4})?$`);
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const LONGEST = 300;

/** What a registry's clients read as a host: anything with a dot, a port, or localhost (Distribution, "reference"). */
const readsAsHost = (first: string): boolean => /[.:]/.test(first) || first === 'localhost';

/** Takes a reference apart as registries' clients do: [HOST[:PORT]/]PATH[:TAG][@sha256:DIGEST]; undefined when it is none. */
export function parseImage(text: string): ImageReference | undefined {
  if (text.length > LONGEST) return undefined;
  const [named = '', digest, more] = text.split('@');
  if (more !== undefined || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const slash = named.indexOf('/');
  const explicit = slash > 0 && readsAsHost(named.slice(0, slash));
  const host = explicit ? named.slice(0, slash) : 'docker.io';
  const [path = '', tag, rest] = (explicit ? named.slice(slash + 1) : named).split(':');
  if (rest !== undefined || (tag !== undefined && !TAG.test(tag))) return undefined;
  if (!HOST.test(host) || !path.split('/').every((component) => COMPONENT.test(component))) return undefined;
  return { host, explicit, path };
}

/** Whether the text names a registry as {@link ImageReference.host} does. */
export const isRegistryHost = (text: string): boolean => HOST.test(text);

/** Registries that anyone may put images into: there the installation's own is the name before the first slash, not the host. */
const SHARED = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'gcr.io',
  'public.ecr.aws',
  'registry.gitlab.com',
  'mcr.microsoft.com',
];

/** The registry an image is in, or its owner's part of a shared one; undefined when the text is no reference. */
export function registryOf(image: string): string | undefined {
  const reference = parseImage(image);
  if (!reference || !SHARED.includes(reference.host)) return reference?.host;
  const owner = reference.path.includes('/') ? reference.path.split('/')[0] : 'library';
  return `${reference.host}/${owner}`;
}

/** Whether Azure may be told to show the relay's identity to an image's registry: a private one that is named. */
export const takesIdentity = (reference: ImageReference): boolean =>
  reference.explicit && reference.host.includes('.') && !SHARED.includes(reference.host);

/**
 * Whether an installation runs this image.
 * @param own images that it is set to: what is beside them in their registry is its own too
 * @param allowed hosts that an admin has added (setting ALLOWED_REGISTRIES)
 */
export function runsImage(image: string, own: readonly string[], allowed: readonly string[]): boolean {
  const registry = registryOf(image);
  const host = parseImage(image)?.host;
  if (registry === undefined || host === undefined) return false;
  return own.some((one) => registryOf(one) === registry) || allowed.includes(host);
}

/** What a reference says of its version: the digest where it has one, else its tag. */
export function containerVersion(image: string): string {
  const [named = '', digest] = image.split('@');
  if (digest !== undefined) return digest;
  return /:([^:/]+)$/.exec(named)?.[1] ?? 'latest';
}

/** Whether two references are of one image, whatever its version. */
export function sameContainerImage(one: string, other: string): boolean {
  const [a, b] = [parseImage(one), parseImage(other)];
  return a !== undefined && b !== undefined && a.host === b.host && a.path === b.path;
}
