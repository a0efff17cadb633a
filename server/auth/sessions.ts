/**
 * Who sends and plays now. A session holds as long as it is asked for again: after a restart of this service they come by
 * themselves, so nothing of them need be kept.
 */
import type { Ask } from '../../contract/access.ts';

export interface Session {
  call: Ask['call'];
  protocol: Ask['protocol'];
  path: string;
  user: string;
  /** What it was let in by: a token's id, or the hash of the password. */
  by: string;
  /** What was asked, so that another question under its name is a new one. */
  asked: string;
  since: number;
  until: number;
}

/** Programs ask again every two seconds; a session unheard of for as long is over. ms */
export const LEASE_MS = 10_000;

export class Sessions {
  readonly #all = new Map<string, Session>();

  get(id: string, now: number): Session | undefined {
    const found = this.#all.get(id);
    return found && found.until > now ? found : undefined;
  }
  /** Who publishes at a path. */
  publisher(path: string, now: number): string | undefined {
    for (const [id, { call, path: at, until }] of this.#all)
      if (call === 'publish' && at === path && until > now) return id;
    return undefined;
  }
  keep(id: string, session: Omit<Session, 'until'>, now: number): void {
    this.#all.set(id, { ...session, until: now + LEASE_MS });
  }
  end(id: string): void {
    this.#all.delete(id);
  }
  /** Those that go on. */
  all(now: number): Session[] {
    for (const [id, { until }] of this.#all) if (until <= now) this.#all.delete(id);
    return [...this.#all.values()];
  }
  /** Ends those that match. @returns how many */
  endAll(which: (session: Session) => boolean): number {
    const ids = [...this.#all].filter(([, session]) => which(session)).map(([id]) => id);
    for (const id of ids) this.#all.delete(id);
    return ids.length;
  }
}
