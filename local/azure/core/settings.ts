import { z } from 'zod';
import type { Collection, Store } from './store.ts';

const settings = z.strictObject({
  /** Whether role assignments are enforced. */
  rbac: z.boolean(),
  /** Azure seconds until a new role assignment counts. */
  roleDelaySeconds: z.number().min(0),
  /** `azure`: ARM's token buckets since 2024; `generous`: counted but out of reach. */
  limits: z.enum(['generous', 'azure']),
  /** Azure seconds by which reads, and lists, lag behind a create at most (each resource by its own draw, at least half); 0 is off. */
  consistency: z.strictObject({ read: z.number().min(0), list: z.number().min(0) }),
  /** Whether Basic public addresses can still be made; Azure retired them in 2025, older az makes them by default. */
  basicPublicAddresses: z.boolean(),
  /** App roles that tokens carry, by client id or object id of whom they are about: what an administrator has assigned in Entra. */
  appRoles: z.record(z.string(), z.array(z.string())),
  /** Durations learned from real runs, in Azure seconds, by `<type> <create | update | delete | action's name>`: they replace the built-in ones. */
  durations: z.record(
    z.string().regex(/^\S+\/\S+ \S+$/),
    z.strictObject({ median: z.number().positive(), p95: z.number().positive() }),
  ),
});
export type Settings = z.output<typeof settings>;
const patch = settings.partial();
export type SettingsPatch = z.input<typeof patch>;

const DEFAULTS: Settings = {
  rbac: false,
  roleDelaySeconds: 0,
  limits: 'generous',
  consistency: { read: 0, list: 0 },
  basicPublicAddresses: true,
  appRoles: {},
  durations: {},
};

/** What of Azure's behaviour can be switched while it runs; survives a restart. */
export class SettingsStore {
  readonly #kept: Collection<Settings>;
  constructor(store: Store) {
    this.#kept = store.collection('settings');
  }
  get(): Settings {
    return { ...DEFAULTS, ...this.#kept.get('settings') };
  }
  /** @throws z.ZodError when it is no settings object */
  change(given: unknown): Settings {
    const now = { ...this.get(), ...patch.parse(given) } as Settings;
    this.#kept.set('settings', now);
    return now;
  }
}
