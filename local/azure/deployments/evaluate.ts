/** Templates evaluated: parameters checked, expressions replaced by their values, anywhere in a JSON value. */
import { ArmError } from '../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { expressionIn, type Node, parseExpression } from './expression.ts';
import { FUNCTIONS, LAZY, type Scope } from './functions.ts';

function run(node: Node, scope: Scope): Json {
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'member') return member(run(node.of, scope), run(node.name, scope));
  const name = node.name.toLowerCase();
  const nth = (index: number): Json => {
    const argument = node.args[index];
    return argument ? run(argument, scope) : null;
  };
  const lazy = LAZY[name];
  if (lazy) return lazy(nth);
  const own = scope.own(name);
  if (own) {
    const given = new Map(own.parameters.map((parameter, index) => [parameter, nth(index)]));
    // It sees its parameters and nothing else of the template.
    return evaluate(own.value, { ...scope, parameter: (one) => given.get(one) ?? null });
  }
  const call = FUNCTIONS[name];
  if (!call)
    throw new ArmError(
      400,
      'InvalidTemplate',
      `Unable to process template language expressions: the template function '${node.name}' is not valid or not simulated.`,
    );
  return call(
    node.args.map((_, index) => nth(index)),
    scope,
  );
}

function member(of: Json, name: Json): Json {
  if (Array.isArray(of) && typeof name === 'number') return of[name] ?? null;
  if (isObject(of)) {
    const key = Object.keys(of).find((one) => one.toLowerCase() === String(name).toLowerCase());
    const value = key === undefined ? undefined : of[key];
    if (value !== undefined) return value;
  }
  throw new ArmError(
    400,
    'InvalidTemplate',
    `Unable to process template language expressions: the language expression property '${String(name)}' doesn't exist.`,
  );
}

/** A copy loop inside an object, `{copy: [{name, count, input}]}`: the lists that it stands for, by name. */
function copies(value: JsonObject, scope: Scope): JsonObject | undefined {
  const loops = value.copy;
  if (!Array.isArray(loops)) return undefined;
  const lists: JsonObject = {};
  for (const loop of loops) {
    if (!isObject(loop) || typeof loop.name !== 'string' || loop.count === undefined) return undefined;
    const { name, count, input } = loop;
    lists[name] = Array.from({ length: Number(evaluate(count, scope)) }, (_, index) =>
      evaluate(input ?? null, { ...scope, loops: { ...scope.loops, [name]: index, '': index } }),
    );
  }
  return lists;
}

/** `value` with every expression in it replaced, also where it is a name. */
export function evaluate(value: Json, scope: Scope): Json {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    if (source !== undefined) return run(parseExpression(source), scope);
    return value.startsWith('[[') ? value.slice(1) : value;
  }
  if (Array.isArray(value)) return value.map((one) => evaluate(one, scope));
  if (!isObject(value)) return value;
  const lists = copies(value, scope);
  const result: JsonObject = { ...lists };
  for (const [key, inner] of Object.entries(value))
    if (inner !== undefined && !(lists && key === 'copy'))
      result[String(evaluate(key, scope))] = evaluate(inner, scope);
  return result;
}

const isSecure = (declaration: JsonObject): boolean => /^secure/i.test(String(declaration.type ?? ''));

/** The values of the template's parameters, given or default. @throws ArmError 400 for missing and unknown ones */
export function parametersOf(
  template: JsonObject,
  given: JsonObject,
  scope: Omit<Scope, 'parameter'>,
): Record<string, Json> {
  const declared = isObject(template.parameters) ? template.parameters : {};
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0)
    throw new ArmError(
      400,
      'InvalidTemplate',
      `Deployment template validation failed: 'The template parameters '${unknown.join(', ')}' in the parameters file are not valid; they are not present in the original template and can therefore not be provided at deployment time.'`,
    );
  const values: Record<string, Json> = {};
  const inner: Scope = { ...scope, parameter: (name) => values[name] ?? null };
  for (const [name, declaration] of Object.entries(declared)) {
    if (!isObject(declaration)) continue;
    const entry = given[name];
    const value = isObject(entry) ? entry.value : undefined;
    if (value !== undefined) values[name] = value;
    else if (declaration.defaultValue !== undefined) values[name] = evaluate(declaration.defaultValue, inner);
    else
      throw new ArmError(
        400,
        'InvalidTemplate',
        `Deployment template validation failed: 'The value for the template parameter '${name}' is not provided. Please see https://aka.ms/arm-create-parameter-file for usage details.'`,
      );
    const why = wrong(declaration, values[name] ?? null);
    if (why)
      throw new ArmError(
        400,
        'InvalidTemplate',
        `Deployment template validation failed: 'The provided value for the template parameter '${name}' is not valid. ${why}.'`,
      );
  }
  return values;
}

const LIMITS: Record<string, (value: Json, limit: number) => boolean> = {
  minLength: (value, limit) => lengthOf(value) >= limit,
  maxLength: (value, limit) => lengthOf(value) <= limit,
  minValue: (value, limit) => Number(value) >= limit,
  maxValue: (value, limit) => Number(value) <= limit,
};
const lengthOf = (value: Json): number =>
  typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;

/** Why a value cannot be a parameter's; undefined when it can. */
function wrong(declaration: JsonObject, value: Json): string | undefined {
  const allowed = declaration.allowedValues;
  if (Array.isArray(allowed) && !allowed.some((one) => JSON.stringify(one) === JSON.stringify(value)))
    return `The value is not part of the allowed value(s): '${allowed.map(String).join(',')}'`;
  const passed = Object.keys(LIMITS).find((name) => {
    const limit = declaration[name];
    return typeof limit === 'number' && LIMITS[name]?.(value, limit) === false;
  });
  return passed && `Its ${passed} is '${String(declaration[passed])}'`;
}

/** Parameters as a deployment shows them: with types, secure ones without values. */
export function shownParameters(template: JsonObject, values: Record<string, Json>): JsonObject {
  const declared = isObject(template.parameters) ? template.parameters : {};
  return Object.fromEntries(
    Object.entries(declared).map(([name, declaration]) => {
      const type = isObject(declaration) ? String(declaration.type ?? 'String') : 'String';
      const secure = isObject(declaration) && isSecure(declaration);
      return [name, secure ? { type } : { type, value: values[name] ?? null }];
    }),
  );
}
