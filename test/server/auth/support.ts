/** An authorisation service over a store in memory, or in a folder, with a clock that tests move. */

import type { Ask, Grant, Verdict } from '../../../contract/access.ts';
import { Access } from '../../../server/auth/access.ts';
import type { KeptUser, UserStore } from '../../../server/auth/store.ts';

export const TOKENS = { anna: 'a'.repeat(40), ben: 'b'.repeat(40), eve: 'e'.repeat(40), dora: 'd'.repeat(40) };

export function memoryStore(): UserStore & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    all: async () => [...kept.values()].map((text) => JSON.parse(text) as KeptUser),
    put: async (user) => void kept.set(user.name, JSON.stringify(user)),
    remove: async (name) => void kept.delete(name),
  };
}
export class Clock {
  now = Date.parse('2026-11-27T10:00:00Z');
  pass(ms: number): void {
    this.now += ms;
  }
}
export async function service(store: UserStore = memoryStore(), clock = new Clock()) {
  const access = await Access.open(store, () => clock.now);
  const grant = (grant: Grant, token: string) => access.grant(grant, token);
  const ask = (session: string, call: Ask['call'], name: string, more: Partial<Ask> = {}): Promise<Verdict> =>
    access.ask({ do: 'ask', session, call, protocol: 'rtmp', from: '192.0.2.1', name, ...more });
  return { access, clock, store, grant, ask };
}
export const publisher = (name: string, path: string): Grant => ({ name, role: 'publish', paths: [path] });
export const reader = (name: string, ...paths: string[]): Grant => ({ name, role: 'read', paths });
