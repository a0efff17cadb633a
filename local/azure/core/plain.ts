/** Resource types that are kept as they were given: no machinery behind them, but shape, names and what Azure writes back. */
import { z } from 'zod';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { parse } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { Facet, Put, ResourceType, Route } from './provider.ts';
import type { Duration } from './random.ts';
import type { Sim } from './sim.ts';

interface Plain<F extends Facet> extends Omit<ResourceType<F>, 'put' | 'delete'> {
  /** What `properties` must hold. */
  properties?: z.ZodType;
  /** What Azure adds to `properties`; also the place for refusals. */
  fill?: (put: Put<F>) => JsonObject | undefined;
  /** Whether its name is part of a host's name, and so taken once in the world. */
  unique?: boolean;
  duration?: Duration;
}

/** `type` is relative to the provider's namespace. */
export function plain<F extends Facet = 'resources'>({
  properties,
  fill,
  unique,
  duration,
  ...type
}: Plain<F | 'resources'>): ResourceType<F | 'resources'> {
  return {
    ...type,
    put(call) {
      const { resource } = call;
      if (properties) parse(properties, resource.properties);
      const holder = unique ? named(call.sim, resource.type, resource.name) : undefined;
      if (holder && holder.id.toLowerCase() !== resource.id.toLowerCase())
        throw refuse(ARM.hostNameTaken, { name: resource.name });
      resource.properties = { ...resource.properties, ...fill?.(call) };
      return duration && call.kind === 'create' ? { duration } : {};
    },
    delete: () => ({ status: 200 }),
  };
}

const named = (sim: Sim<'resources'>, type: string, name: string): Resource | undefined =>
  sim.resources.ofType(type).find((one) => one.name.toLowerCase() === name.toLowerCase());

/** `POST .../checkNameAvailability`, as Storage, Web, Container Registry and Key Vault have it. @param reason why a name that is there cannot be had */
export const nameCheck = <F extends Facet = 'resources'>(
  namespace: string,
  type: string,
  apiVersions: readonly string[],
  reason: (sim: Sim<F | 'resources'>, name: string) => string | undefined = () => undefined,
): Route<F | 'resources'> => ({
  method: 'POST',
  path: `/subscriptions/{subscription}/providers/${namespace}/checkNameAvailability`,
  apiVersions,
  action: `${namespace}/checkNameAvailability/read`,
  handle({ sim, body }) {
    const { name } = parse(z.looseObject({ name: z.string().min(1) }), body);
    const message = named(sim, type, name) ? `The name '${name}' is already in use.` : reason(sim, name);
    return message === undefined
      ? { status: 200, body: { nameAvailable: true } }
      : { status: 200, body: { nameAvailable: false, reason: 'AlreadyExists', message } };
  },
});
