/** What a template's expressions are evaluated in. */
import { ArmError } from '../core/errors.ts';
import { groupIdOf, parseArmPath } from '../core/ids.ts';
import { child, children, isObject, type Json, type JsonObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { evaluate, parametersOf } from './evaluate.ts';
import type { Scope } from './functions.ts';

/** The scope that a template of this deployment is evaluated in. @param location of a deployment into a subscription */
export function scopeOf(
  sim: Sim<'account' | 'time' | 'chance' | 'resources' | 'types'>,
  deployment: { id: string; name: string; location?: string | undefined },
  template: JsonObject,
  given: JsonObject,
): Scope {
  const { group: inside } = parseArmPath(deployment.id);
  const group = inside === undefined ? undefined : sim.resources.get(groupIdOf(deployment.id));
  const symbols = new Map<string, string>();
  const resource = (wanted: string): Resource | undefined =>
    sim.resources.get(symbols.get(wanted) ?? wanted) ??
    (group && sim.resources.inGroup(group.id).find((one) => one.name === wanted));
  const variables = isObject(template.variables) ? template.variables : {};
  const functions = ownFunctions(template);
  const base: Omit<Scope, 'parameter' | 'variable'> = {
    subscription: sim.account.subscriptionId,
    tenant: sim.account.tenantId,
    at: group?.id ?? `/subscriptions/${sim.account.subscriptionId}`,
    group: group && { id: group.id, name: group.name, location: group.location ?? '', tags: group.tags },
    deployment: { name: deployment.name, location: group ? undefined : deployment.location },
    now: sim.time.shown(),
    symbols,
    loops: {},
    guid: (...parts) => sim.chance.guid('template', ...parts),
    own: (name) => functions.get(name),
    reference(wanted, full) {
      const found = resource(wanted);
      const view = found && sim.types.view(found);
      return view && (full ? view : (view.properties ?? {}));
    },
  };
  const early: Scope = { ...base, parameter: () => null, variable: () => null };
  const values = parametersOf(template, given, { ...early });
  const scope: Scope = {
    ...base,
    parameter(name) {
      const value = values[name];
      if (value === undefined)
        throw new ArmError(400, 'InvalidTemplate', `The template parameter '${name}' is not found.`);
      return value;
    },
    variable(name) {
      const value = variables[name] ?? (evaluateLoops(variables, scope)?.[name] as Json | undefined);
      if (value === undefined)
        throw new ArmError(400, 'InvalidTemplate', `The template variable '${name}' is not found.`);
      return evaluate(value, scope);
    },
  };
  return scope;
}

/** Variables in copy loops stand together under `copy`. */
const evaluateLoops = ({ copy }: JsonObject, scope: Scope): JsonObject | undefined => {
  const lists = copy === undefined ? undefined : evaluate({ copy }, scope);
  return isObject(lists) ? lists : undefined;
};

/** Functions that the template brings, by `namespace.name` in lower case. */
function ownFunctions(template: JsonObject): Map<string, { parameters: string[]; value: Json }> {
  const found = new Map<string, { parameters: string[]; value: Json }>();
  for (const space of children(template, 'functions'))
    for (const [name, member] of Object.entries(child(space, 'members')))
      if (isObject(member))
        found.set(`${text(space, 'namespace')}.${name}`.toLowerCase(), {
          parameters: children(member, 'parameters').map((one) => text(one, 'name') ?? ''),
          value: child(member, 'output').value ?? null,
        });
  return found;
}
