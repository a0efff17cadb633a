/**
 * A component of an event as a value: the only one of its name, or the one for a language or number. Ids of nodes and actions are
 * derived from it here, names of Azure resources in names.ts.
 */
export interface Component {
  /** As the template calls it. */
  name: string;
  /** The language or number it is for, where there is one for each. */
  each?: string;
}

/** No hyphen, so that an id can be taken apart. */
export const COMPONENT_NAME = /^[a-z][a-z0-9]{1,11}$/;
export const COMPONENT_ID = /^[a-z][a-z0-9]{1,11}(?:-[a-z0-9]{1,12}(?:-[a-z0-9]{1,8})?)?$/;

/** `relay`, `mixer-french`, `edge-2`. */
export const componentId = ({ name, each }: Component): string => (each === undefined ? name : `${name}-${each}`);

/** Takes an id apart. Whether there is such a component must be asked of the event. */
export function parseComponent(id: string): Component {
  const at = id.indexOf('-');
  return at < 0 ? { name: id } : { name: id.slice(0, at), each: id.slice(at + 1) };
}

/** Id of the node that asks whether a component is well. */
export const checkId = (component: string): string => `check-${component}`;

/** Ids of work outside the plan. */
export const actionId = {
  power: (component: string): string => `power-${component}`,
  remedy: (component: string): string => `remedy-${component}`,
  /** Two variants of one component may be discarded at once: the variant tells them apart. */
  discard: (component: string, variant: number): string => `discard-${component}-v${variant}`,
} as const;
export type ActionVerb = keyof typeof actionId;

/** Whether an id is one of {@link actionId}'s. */
export const isAction = (verb: ActionVerb, id: string): boolean => id.startsWith(`${verb}-`);
