import { refuse } from '../core/constraint.ts';
import { children, type JsonObject } from '../core/json.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { usersOf, usersView } from './references.ts';
import { checkConflicts, defaultRules, plannedRule, RULE, shapeRule } from './security-rules.ts';
import { deleteLro, NETWORK, networkView, writeLro } from './wire.ts';

const ruleView = (rule: Resource): JsonObject => ({
  name: rule.name,
  id: rule.id,
  etag: `W/"${rule.etag}"`,
  type: RULE,
  properties: rule.properties,
});

export const networkSecurityGroups: ResourceType<'time' | 'draws' | 'resources' | 'operations'> = {
  type: 'networkSecurityGroups',
  apiVersions: NETWORK,
  namePattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  lro: writeLro,
  deleteOrder: 60,
  view: (group, sim) =>
    networkView(group, {
      ...group.properties,
      securityRules: sim.resources.children(group.id, RULE).map(ruleView),
      defaultSecurityRules: defaultRules(group),
      networkInterfaces: usersView(group, /\/networkInterfaces\//i),
      subnets: usersView(group, /\/subnets\//i),
    }),
  put({ sim, resource, existing }) {
    const {
      securityRules,
      defaultSecurityRules: _,
      networkInterfaces: __,
      subnets: ___,
      ...rest
    } = resource.properties;
    const rules = children({ securityRules }, 'securityRules').map((one) => {
      const planned = plannedRule(resource.id, one);
      return { ...planned, properties: shapeRule(planned.id, planned.properties) };
    });
    checkConflicts(rules);
    resource.properties = {
      ...rest,
      resourceGuid: existing?.properties.resourceGuid ?? sim.draws.guid(`nsg ${resource.id.toLowerCase()}`),
    };
    replaceRules(sim, resource, rules);
    return { duration: DURATIONS.securityGroup, state: 'Updating' };
  },
  settled({ sim, operation, resource }) {
    if (!resource || operation.kind === 'delete') return;
    for (const rule of sim.resources.children(resource.id, RULE)) {
      if (sim.operations.running(rule.id).length > 0) continue;
      rule.properties.provisioningState = resource.properties.provisioningState;
      sim.resources.save(rule);
    }
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    const users = usersOf(resource);
    if (users.length > 0) throw refuse(C.groupInUse, { group: resource.id, users: users.join(', ') });
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
};

/** A PUT of the group states all its rules. */
function replaceRules(
  sim: Sim<'time' | 'draws' | 'resources' | 'operations'>,
  group: Resource,
  rules: { id: string; name: string; properties: JsonObject }[],
): void {
  const named = new Set(rules.map((one) => one.name.toLowerCase()));
  for (const one of sim.resources.children(group.id, RULE))
    if (!named.has(one.name.toLowerCase())) sim.operations.remove(one.id);
  for (const { id, name, properties } of rules) {
    const known = sim.resources.get(id);
    sim.resources.save({
      id: known?.id ?? id,
      name: known?.name ?? name,
      type: RULE,
      extra: {},
      properties: { ...properties, provisioningState: 'Updating' },
      hidden: {},
      etag: sim.draws.guid(`etag ${id.toLowerCase()}`),
      createdAt: known?.createdAt ?? sim.time.now(),
      changedAt: sim.time.now(),
    });
  }
}

export const securityRules: ResourceType<'resources'> = {
  type: 'networkSecurityGroups/securityRules',
  apiVersions: NETWORK,
  namePattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  lro: writeLro,
  view: ruleView,
  put({ sim, resource, parent }) {
    const state = resource.properties.provisioningState;
    resource.properties = { ...shapeRule(resource.id, resource.properties), provisioningState: state };
    const others = sim.resources.children((parent as Resource).id, RULE).filter((one) => one.id !== resource.id);
    checkConflicts([...others, resource]);
    return { duration: DURATIONS.securityRule, state: 'Updating' };
  },
  delete: () => ({ duration: DURATIONS.securityRule, lro: deleteLro }),
};

/** The six rules every NSG has, readable one by one. */
export const defaultSecurityRules: ResourceType<'resources'> = {
  type: 'networkSecurityGroups/defaultSecurityRules',
  apiVersions: NETWORK,
  serve({ sim, name, path }) {
    const group = sim.resources.get(path.split('/').slice(0, 9).join('/'));
    const rules = group ? defaultRules(group) : [];
    if (name === undefined) return { status: 200, body: { value: rules } };
    const rule = rules.find((one) => String(one.name).toLowerCase() === name.toLowerCase());
    if (!rule) throw sim.resources.missing(path);
    return { status: 200, body: rule };
  },
};
