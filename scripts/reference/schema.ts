/** JSON Schema as tables: a row per member, nested ones by their path. */
import { cell, table } from './page.ts';

export interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | boolean;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** What a value may be, in a few words. */
export function typeOf(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  if ('const' in schema) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((one) => `\`${String(one)}\``).join(', ');
  if (schema.type === 'array') return typeof schema.items === 'object' ? `list of ${typeOf(schema.items)}` : 'list';
  return [schema.type ?? 'anything'].flat().join(' or ');
}

function limits(schema: Schema): string[] {
  // A schema library writes the largest safe integer where no limit was meant.
  const shown = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < 2 ** 53 - 1;
  return [
    shown(schema.minimum) && `at least ${schema.minimum}`,
    schema.exclusiveMinimum !== undefined && `more than ${schema.exclusiveMinimum}`,
    shown(schema.maximum) && `at most ${schema.maximum}`,
    schema.minItems && `at least ${schema.minItems} of them`,
    schema.maxItems && `at most ${schema.maxItems} of them`,
    schema.maxLength && `at most ${schema.maxLength} characters`,
    schema.pattern && schema.pattern.length < 60 && `pattern \`${schema.pattern}\``,
    schema.default !== undefined && `default \`${JSON.stringify(schema.default)}\``,
  ].filter((one) => typeof one === 'string');
}

/** Members of an object, and of the objects in it. */
function members(schema: Schema, path: string): string[][] {
  const inner = (name: string, one: Schema, required: boolean): string[][] => {
    const at = path ? `${path}.${name}` : name;
    const what = [one.description, ...limits(one)].filter(Boolean).join('; ');
    return [[`\`${at}\``, cell(typeOf(one)), required ? 'yes' : '', cell(what)], ...members(one, at)];
  };
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
    inner(name, one, schema.required?.includes(name) ?? false),
  );
  const { additionalProperties: rest, items } = schema;
  if (typeof rest === 'object' && Object.keys(rest).length > 0) rows.push(...inner('*', rest, false));
  if (typeof items === 'object') rows.push(...members(items, `${path}[]`));
  for (const choice of schema.anyOf ?? schema.oneOf ?? []) rows.push(...members(choice, path));
  const seen = new Set<string>();
  return rows.filter(([name = '']) => !seen.has(name) && seen.add(name));
}

/** `*` stands for any name, `[]` for the members of a list. Empty for what is no object. */
export function schemaTable(schema: Schema): string {
  const rows = members(schema, '');
  return rows.length === 0 ? '' : table(['member', 'type', 'needed', ''], rows);
}
