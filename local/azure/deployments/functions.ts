/** Template functions, by their lower-case names. Those that need the deployment get it as their scope. */
import { ArmError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { uniqueString } from './unique-string.ts';

/** What an expression is evaluated in. */
export interface Scope {
  subscription: string;
  tenant: string;
  /** What the deployment goes into: a subscription, or a group. */
  at: string;
  /** Undefined for a deployment into the subscription. */
  group: { id: string; name: string; location: string; tags?: Record<string, string> | undefined } | undefined;
  /** `location` is the deployment's own, which only one into a subscription has. */
  deployment: { name: string; location: string | undefined };
  /** ms since the epoch. */
  now: number;
  /** Ids of the template's resources by their symbolic names; `name[2]` for one of a copy loop. */
  symbols: Map<string, string>;
  /** Index of each copy loop that is being expanded, by its name; `''` is the innermost. */
  loops: Readonly<Record<string, number>>;
  parameter(name: string): Json;
  variable(name: string): Json;
  /** A function of the template's own, `namespace.name`: its parameters and the expression of its value. */
  own(name: string): { parameters: string[]; value: Json } | undefined;
  /** Properties of a resource of this or an earlier deployment; undefined while it is not there. */
  reference(idOrName: string, full: boolean): Json | undefined;
  guid(...parts: string[]): string;
}

type Fn = (args: Json[], scope: Scope) => Json;

const fail = (name: string, why: string): ArmError =>
  new ArmError(
    400,
    'InvalidTemplate',
    `Unable to process template language expressions: the function '${name}' ${why}.`,
  );

const str = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
const bool = (value: Json | undefined): boolean => value === true || String(value).toLowerCase() === 'true';
const same = (a: Json | undefined, b: Json | undefined): boolean =>
  typeof a === 'string' && typeof b === 'string'
    ? a.toLowerCase() === b.toLowerCase()
    : JSON.stringify(a) === JSON.stringify(b);

/** `resourceId([subscription], [group], type, name, ...)` */
function resourceId(args: Json[], scope: Scope): string {
  const parts = args.map(str);
  const at = parts.findIndex((part) => part.includes('/') && !part.startsWith('/'));
  if (at < 0) throw fail('resourceId', 'needs a resource type');
  const before = parts.slice(0, at);
  const group = before.at(-1) ?? scope.group?.name;
  const subscription = before.length > 1 ? before[0] : scope.subscription;
  const [namespace, ...types] = (parts[at] ?? '').split('/');
  const names = parts.slice(at + 1).flatMap((name) => name.split('/'));
  if (types.length !== names.length) throw fail('resourceId', `takes ${types.length} names for '${parts[at]}'`);
  const tail = types.map((type, index) => `/${type}/${names[index]}`).join('');
  const inside = group === undefined ? '' : `/resourceGroups/${group}`;
  return `/subscriptions/${subscription}${inside}/providers/${namespace}${tail}`;
}

/** `extensionResourceId(scope, type, name, ...)` */
function extensionId(args: Json[]): string {
  const [scope = '', type = '', ...names] = args.map(str);
  const [namespace, ...types] = type.split('/');
  return `${scope}/providers/${namespace}${types.map((one, index) => `/${one}/${names[index]}`).join('')}`;
}

/** .NET's custom date formats, as far as templates write them. */
const formatted = (ms: number, format: string): string => {
  const iso = new Date(ms).toISOString();
  const part: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
  };
  return format.replace(/yyyy|MM|dd|HH|mm|ss/g, (name) => part[name] ?? name);
};

/** `copyIndex([loop], [offset])` */
function copyIndex(args: Json[], { loops }: Scope): number {
  const [first, second] = args;
  const name = typeof first === 'string' ? first : '';
  const index = loops[name];
  if (index === undefined) throw fail('copyIndex', `is used outside of the copy loop '${name}'`);
  return index + Number((typeof first === 'string' ? second : first) ?? 0);
}

const format = (args: Json[]): string =>
  str(args[0]).replace(/\{(\d+)(?::[^}]*)?\}/g, (_, index: string) => str(args[Number(index) + 1]));
const merge = (args: Json[]): Json => {
  if (args.every(isObject)) return Object.assign({}, ...args) as JsonObject;
  const all = args.flatMap((one) => (Array.isArray(one) ? one : []));
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
};

export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  parameters: (args, scope) => scope.parameter(str(args[0])),
  variables: (args, scope) => scope.variable(str(args[0])),
  resourceid: (args, scope) => resourceId(args, scope),
  subscriptionresourceid: (args, scope) =>
    extensionId([
      `/subscriptions/${scope.subscription}`,
      ...(args[0]?.toString().includes('/') ? args : args.slice(1)),
    ]),
  extensionresourceid: (args) => extensionId(args),
  resourcegroup(_, { group }) {
    if (!group) throw fail('resourceGroup', 'is not there in a deployment into a subscription');
    const { id, name, location, tags } = group;
    return { id, name, location, tags: tags ?? {}, properties: { provisioningState: 'Succeeded' } };
  },
  subscription: (_, { subscription, tenant }) => ({
    id: `/subscriptions/${subscription}`,
    subscriptionId: subscription,
    tenantId: tenant,
    displayName: 'Azure simulator',
  }),
  tenant: (_, { tenant }) => ({ tenantId: tenant }),
  deployment: (_, { deployment: { name, location } }) => (location === undefined ? { name } : { name, location }),
  environment: () => ({
    name: 'AzureCloud',
    resourceManager: 'https://management.azure.com/',
    authentication: {
      loginEndpoint: 'https://login.microsoftonline.com/',
      audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
      tenant: 'common',
    },
    suffixes: { acrLoginServer: '.azurecr.io', keyvaultDns: '.vault.azure.net', storage: 'core.windows.net' },
  }),
  copyindex: (args, scope) => copyIndex(args, scope),
  utcnow: ([format], { now }) =>
    format === undefined ? `${formatted(now, 'yyyyMMddTHHmmss')}Z` : formatted(now, str(format)),
  reference(args, scope) {
    const found = scope.reference(str(args[0]), str(args[2]).toLowerCase() === 'full');
    if (found === undefined)
      throw new ArmError(
        404,
        'ResourceNotFound',
        `The Resource '${str(args[0])}' referenced by the template was not found.`,
      );
    return found;
  },
  uniquestring: (args) => uniqueString(...args.map(str)),
  guid: (args, scope) => scope.guid(...args.map(str)),
  concat: (args) => (args.some(Array.isArray) ? args.flatMap((one) => one as Json[]) : args.map(str).join('')),
  format: (args) => format(args),
  tolower: ([text]) => str(text).toLowerCase(),
  toupper: ([text]) => str(text).toUpperCase(),
  trim: ([text]) => str(text).trim(),
  substring: ([text, start, length]) =>
    str(text).substring(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
  replace: ([text, from, to]) => str(text).replaceAll(str(from), str(to)),
  split: ([text, by]) => str(text).split(str(by)),
  join: ([list, by]) => (Array.isArray(list) ? list.map(str).join(str(by)) : str(list)),
  startswith: ([text, part]) => str(text).toLowerCase().startsWith(str(part).toLowerCase()),
  endswith: ([text, part]) => str(text).toLowerCase().endsWith(str(part).toLowerCase()),
  padleft: ([text, width, fill]) => str(text).padStart(Number(width), fill === undefined ? ' ' : str(fill)),
  base64: ([text]) => Buffer.from(str(text)).toString('base64'),
  base64tostring: ([text]) => Buffer.from(str(text), 'base64').toString(),
  string: ([value]) => str(value),
  int: ([value]) => Number(value),
  bool: ([value]) => bool(value),
  json: ([text]) => JSON.parse(str(text)) as Json,
  add: ([a, b]) => Number(a) + Number(b),
  sub: ([a, b]) => Number(a) - Number(b),
  mul: ([a, b]) => Number(a) * Number(b),
  div: ([a, b]) => Math.trunc(Number(a) / Number(b)),
  mod: ([a, b]) => Number(a) % Number(b),
  equals: ([a, b]) => same(a, b),
  greater: ([a, b]) => Number(a) > Number(b),
  greaterorequals: ([a, b]) => Number(a) >= Number(b),
  less: ([a, b]) => Number(a) < Number(b),
  lessorequals: ([a, b]) => Number(a) <= Number(b),
  not: ([value]) => !bool(value),
  and: (args) => args.every(bool),
  or: (args) => args.some(bool),
  length: ([value]) =>
    Array.isArray(value) || typeof value === 'string' ? value.length : isObject(value) ? Object.keys(value).length : 0,
  empty: ([value]) =>
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0),
  contains: ([value, part]) =>
    Array.isArray(value)
      ? value.some((one) => JSON.stringify(one) === JSON.stringify(part))
      : isObject(value)
        ? str(part) in value
        : str(value).includes(str(part)),
  first: ([value]) => (Array.isArray(value) ? (value[0] ?? null) : str(value).slice(0, 1)),
  last: ([value]) => (Array.isArray(value) ? (value.at(-1) ?? null) : str(value).slice(-1)),
  union: (args) => merge(args),
  items: ([value]) =>
    Object.entries(isObject(value) ? value : {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => ({ key, value: one ?? null })),
  range: ([start, count]) => Array.from({ length: Number(count) }, (_, index) => Number(start) + index),
  min: (args) => Math.min(...args.flat().map(Number)),
  max: (args) => Math.max(...args.flat().map(Number)),
  flatten: ([value]) => (Array.isArray(value) ? value.flatMap((one) => one as Json[]) : []),
  createarray: (args) => args,
  createobject: (args) =>
    Object.fromEntries(args.flatMap((key, index) => (index % 2 === 0 ? [[str(key), args[index + 1] ?? null]] : []))),
  coalesce: (args) => args.find((one) => one !== null) ?? null,
  null: () => null,
};

/** Arguments are evaluated one by one, so that `if` leaves alone what it does not choose. */
export const LAZY: Readonly<Record<string, (evaluate: (index: number) => Json) => Json>> = {
  if: (evaluate) => (bool(evaluate(0)) ? evaluate(1) : evaluate(2)),
};
