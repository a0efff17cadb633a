/** The components of an event with all that their kinds may ask, and what references in templates stand for. */
import { componentId, parseComponent } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import type { Kind, Part } from '../kinds/kind.ts';
import { own } from '../own.ts';
import type { Scope, Value } from '../references.ts';
import { usualSound } from '../request/sounds.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { offeredBy } from '../template/needs.ts';
import type { ComponentRule, Template } from '../template/schema.ts';
import type { Layout, Member } from './layout.ts';

/** @throws Error when the template has no such component (a programming error) */
export function ruleOf(template: Template, { name }: Pick<Member, 'name'>): ComponentRule {
  const rule = own(template.components, name);
  if (!rule) throw new Error(`Cannot compose ${name} as template ${template.name} has no such component`);
  return rule;
}
export const kindIn = (template: Template, member: Pick<Member, 'name'>): Kind => kindOf(ruleOf(template, member));

const named = new WeakMap<readonly Member[], Map<string, Member[]>>();
/** The component another one means by a name: the only one, else the one of its own language or number. */
function meant({ members }: Layout, name: string, each: string | undefined): Member | undefined {
  let known = named.get(members);
  if (!known) {
    known = Map.groupBy(members, (member) => member.name);
    named.set(members, known);
  }
  return known.get(name)?.find((member) => member.each === undefined || member.each === each);
}

/** Which sound of the programme the language of a component gets. */
export const soundOf = ({ template }: LifecycleInput, { audio, each }: Pick<Member, 'audio' | 'each'>): string =>
  audio ?? usualSound(template, each ?? '');

/** Fields of an event that a template may refer to. */
const EVENT: Record<string, (input: LifecycleInput, layout: Layout) => Value> = {
  name: ({ event }) => event,
  title: ({ request }) => request.title,
  environment: ({ request }) => request.environment,
  region: (_input, { region }) => region,
  deployment: ({ deploymentId }) => deploymentId,
};

/** What references in the network's rules stand for, where nobody is `self`. */
export const sharedScope =
  (input: LifecycleInput, layout: Layout): Scope =>
  (reference) =>
    commonValue(input, layout, undefined, reference);

interface Shared {
  input: LifecycleInput;
  values: Map<string, Value>;
}
const shared = new WeakMap<Layout, Shared>();
/** Cache of values that are the same for everyone who refers to them: fifty components may refer to the same one. */
function sharedValues(input: LifecycleInput, layout: Layout): Map<string, Value> {
  let known = shared.get(layout);
  if (known?.input !== input) {
    known = { input, values: new Map() };
    shared.set(layout, known);
  }
  return known.values;
}

function commonValue(
  input: LifecycleInput,
  layout: Layout,
  self: Member | undefined,
  reference: string,
): Value | undefined {
  const values = sharedValues(input, layout);
  const known = values.get(reference);
  if (known !== undefined) return known;
  const [space = '', name = '', ...rest] = reference.split('.');
  const keep = (value: Value | undefined): Value | undefined => {
    if (value !== undefined) values.set(reference, value);
    return value;
  };
  switch (space) {
    case 'event':
      return rest.length > 0 ? undefined : keep(own(EVENT, name)?.(input, layout));
    case 'installation':
      return rest.length > 0 ? undefined : keep(offeredBy(input.installation, name));
    case 'parameters':
      return rest.length > 0 ? undefined : keep(own(input.request.parameters, name));
    case 'each':
      if (reference === 'each.audio') return self?.each === undefined ? undefined : soundOf(input, self);
      return reference === 'each' ? self?.each : undefined;
    case 'self':
      return self && offered(input, layout, self, [name, ...rest].join('.'));
    case 'components': {
      const other = meant(layout, name, self?.each);
      const value = other && offered(input, layout, other, rest.join('.'));
      return other?.each === undefined ? keep(value) : value;
    }
    default:
      return undefined;
  }
}

/** What one component offers to others: its id, what its kind knows, and the address it was given, once it is there. */
function offered(input: LifecycleInput, layout: Layout, member: Member, what: string): Value | undefined {
  const id = componentId(member);
  if (what === 'name') return id;
  // Before it is made there is none, and nothing that needs it is started.
  if (what === 'address') return own(layout.addresses ?? {}, id) ?? '';
  const rule = ruleOf(input.template, member);
  return kindOf(rule).value({ input, layout, member, id, rule }, what);
}

export const partOf = (input: LifecycleInput, layout: Layout, member: Member): Part => ({
  input,
  layout,
  member,
  id: componentId(member),
  rule: ruleOf(input.template, member),
  scope: (reference) => commonValue(input, layout, member, reference),
});

/** A component by its id, as it stands; undefined when the event has none. */
export function partById(input: LifecycleInput, layout: Layout, id: string): Part | undefined {
  const { name, each } = parseComponent(id);
  const member = layout.members.find((one) => one.name === name && one.each === each);
  return member && partOf(input, layout, member);
}

/** Components that are not on their way out. */
export const standingParts = (input: LifecycleInput, layout: Layout): Part[] =>
  layout.members.flatMap((member) => (member.removed ? [] : [partOf(input, layout, member)]));
