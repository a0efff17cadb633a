/** Who runs which version of an image. */

/** ARM id of a gallery's image, or of one of its versions. */
const GALLERY =
  /^(\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/galleries\/([^/]+)\/images\/([^/]+))(?:\/versions\/([^/]+))?$/i;

export interface GalleryImage {
  /** ARM id of the definition. */
  id: string;
  group: string;
  gallery: string;
  definition: string;
  /** Absent where the latest version is meant. */
  version?: string;
}

/** Takes the ARM id of a gallery's image apart; undefined for any other image. */
export function parseGalleryImage(id: string): GalleryImage | undefined {
  const [, definitionId, group, gallery, definition, version] = GALLERY.exec(id) ?? [];
  if (!definitionId || !group || !gallery || !definition) return undefined;
  return { id: definitionId, group, gallery, definition, ...(version ? { version } : {}) };
}

/** A machine, or an event that will make some, and what it was given to start from. */
export interface Use {
  /** The event, or the machine's name where it is none of ours. */
  by: string;
  image: string;
  /** What Azure made of the latest one. */
  exactVersion?: string | undefined;
}

/** Who uses a version of a definition; sorted, each once. */
export function usersOf(definition: string, version: string, uses: readonly Use[]): string[] {
  const wanted = definition.toLowerCase();
  const by = uses.flatMap(({ by: user, image, exactVersion }) => {
    const named = parseGalleryImage(image);
    if (named?.id.toLowerCase() !== wanted) return [];
    return (named.version ?? exactVersion) === version ? [user] : [];
  });
  return [...new Set(by)].sort();
}
