/**
 * The entry of a record whose keys people choose: `constructor` is a language, an event and a schedule like any other, and
 * must not find what every object inherits.
 */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
