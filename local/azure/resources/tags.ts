import { z } from 'zod';
import { checkTags } from '../core/envelope.ts';
import { ArmError, groupBeingDeleted, parse, resourceNotFound } from '../core/errors.ts';
import type { SimResponse } from '../core/http.ts';
import { groupIdOf, nameOf } from '../core/ids.ts';
import { child, type JsonObject } from '../core/json.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { RESOURCES } from './versions.ts';

const patch = z.looseObject({
  operation: z.string().transform((value, context) => {
    const known = ['merge', 'replace', 'delete'].find((one) => one === value.toLowerCase());
    if (!known) context.addIssue({ code: 'custom', message: `Operation '${value}' must be Merge, Replace or Delete` });
    return known;
  }),
  properties: z.looseObject({ tags: z.record(z.string(), z.string()) }),
});

/** The tags of any resource or group as a resource of its own: `{scope}/providers/Microsoft.Resources/tags/default`. */
export const tags: ResourceType<'time' | 'resources'> = {
  type: 'tags',
  apiVersions: RESOURCES,
  scope: 'any',
  serve({ sim, request, scope, name, body, action }) {
    const target = sim.resources.get(scope);
    if (!target || (name ?? '').toLowerCase() !== 'default' || action.length > 0)
      throw resourceNotFound('Microsoft.Resources/tags', name ?? '', scope);
    if (request.method === 'GET') return answer(target);
    if (sim.resources.get(groupIdOf(target.id))?.properties.provisioningState === 'Deleting')
      throw groupBeingDeleted(nameOf(groupIdOf(target.id)));
    if (request.method === 'PUT') return write(sim, target, checkTags(child(body, 'properties').tags) ?? {});
    if (request.method === 'PATCH') return patchTags(sim, target, body);
    if (request.method === 'DELETE') {
      write(sim, target, {});
      return { status: 200 };
    }
    throw new ArmError(405, 'MethodNotAllowed', `The HTTP method '${request.method}' is not supported here.`);
  },
};

/** Tag names compare without case; a merge keeps the case a name was first written in. */
function patchTags(sim: Sim<'time' | 'resources'>, target: Resource, body: JsonObject): SimResponse {
  const { operation, properties } = parse(patch, body);
  const given = Object.entries(checkTags(properties.tags) ?? {});
  const result: Record<string, string> = operation === 'replace' ? {} : { ...target.tags };
  for (const [name, value] of given) {
    const known = Object.keys(result).find((one) => one.toLowerCase() === name.toLowerCase());
    if (operation !== 'delete') result[known ?? name] = value;
    else if (known !== undefined && result[known] === value) delete result[known];
  }
  return write(sim, target, checkTags(result) ?? {});
}

function write(sim: Sim<'time' | 'resources'>, target: Resource, value: Record<string, string>): SimResponse {
  target.tags = value;
  target.changedAt = sim.time.now();
  sim.resources.save(target);
  return answer(target);
}

const answer = (target: Resource): SimResponse => ({
  status: 200,
  body: {
    id: `${target.id}/providers/Microsoft.Resources/tags/default`,
    name: 'default',
    type: 'Microsoft.Resources/tags',
    properties: { tags: target.tags ?? {} },
  },
});
