/**
 * The entry of a record whose keys people choose. A language, event or schedule may be called `constructor`, which must not find what
 * every object inherits.
 */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
