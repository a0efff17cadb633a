/** What travels in ARM bodies. `undefined` members are dropped when written. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member `key` when it is an object, else an empty one (not connected to `value`). */
export const child = (value: JsonObject | undefined, key: string): JsonObject => {
  const member = value?.[key];
  return isObject(member) ? member : {};
};

/** The objects of the array member `key`; anything else in it is left out. */
export const children = (value: JsonObject | undefined, key: string): JsonObject[] => {
  const member = value?.[key];
  return Array.isArray(member) ? member.filter(isObject) : [];
};

/** The member `key` when it is a string. */
export const text = (value: JsonObject | undefined, key: string): string | undefined => {
  const member = value?.[key];
  return typeof member === 'string' ? member : undefined;
};

/** The `id` of the reference object `key`, as in `{ "networkSecurityGroup": { "id": "/subscriptions/..." } }`. */
export const reference = (value: JsonObject | undefined, key: string): string | undefined =>
  text(child(value, key), 'id');

export const clone = <T>(value: T): T => structuredClone(value);

/** JSON merge patch (RFC 7396), into a new object. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isObject(value)) {
      const old = result[key];
      result[key] = mergePatch(isObject(old) ? old : {}, value);
    } else if (value !== undefined) result[key] = value;
  }
  return result;
}
