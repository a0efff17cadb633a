import { kindOf } from '../kinds/index.ts';
import { keysOperation, resourceGroupName } from '../names.ts';
import { own } from '../own.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { servesMixing, type Template } from '../template/schema.ts';
import { isForLanguage } from './each.ts';
import type { Layout, Member } from './layout.ts';

/** Languages or numbers that a component is there for; undefined where there is one of it. */
export function eachOf(template: Template, name: string, request: DeployRequest): string[] | undefined {
  const rule = own(template.components, name);
  const { languages, counts, mixing = {} } = request;
  if (rule?.each === 'language') return languages.filter((one) => servesMixing(template, rule, own(mixing, one)));
  if (rule?.count === undefined) return undefined;
  return Array.from({ length: own(counts ?? {}, name) ?? rule.count }, (_none, index) => `${index + 1}`);
}

const firsts = new WeakMap<DeployRequest, { template: Template; members: Member[] }>();

/** The same list for the same request: what is compiled from it is compiled once. */
export function initialMembers(template: Template, request: DeployRequest): Member[] {
  const known = firsts.get(request);
  if (known?.template === template) return known.members;
  const members = composed(template, request);
  firsts.set(request, { template, members });
  return members;
}

/** Every component as it is at first: first size, one for each language or number, in the order of the template. */
function composed(template: Template, request: DeployRequest): Member[] {
  let slot = 0;
  const member = (name: string, sized: boolean, each?: string): Member => {
    const audio = each === undefined ? undefined : own(request.audio ?? {}, each);
    return {
      name,
      ...(each === undefined ? {} : { each }),
      variant: 1,
      ...(sized ? { slot: slot++, size: request.vmSizes[0] ?? '' } : {}),
      ...(audio !== undefined && isForLanguage(template, { name }) ? { audio } : {}),
    };
  };
  return Object.entries(template.components).flatMap(([name, rule]) => {
    const { sized } = kindOf(rule);
    return eachOf(template, name, request)?.map((each) => member(name, sized, each)) ?? [member(name, sized)];
  });
}

/** Where a deployment begins. */
export function initialLayout(input: LifecycleInput, createdAt = input.acceptedAt): Layout {
  const { request, template } = input;
  return {
    region: request.regions[0] ?? '',
    resourceGroup: resourceGroupName(input.event, Math.floor(Date.parse(input.acceptedAt) / 1000)),
    createdAt,
    expiresAt: new Date(Date.parse(createdAt) + request.ttlSeconds * 1000).toISOString(),
    ttlSeconds: request.ttlSeconds,
    members: initialMembers(template, request),
    ...(request.keysGiven
      ? {
          staged: {
            operationId: keysOperation(input.deploymentId, input.requestHash),
            languages: request.languages,
            yields: true,
          },
        }
      : {}),
    identityClientId: '',
  };
}
