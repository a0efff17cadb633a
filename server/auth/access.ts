/** The authorisation service itself: who is who, and what each may do. */
import {
  type AccessUser,
  type Ask,
  type Grant,
  type Listed,
  MOST_TOKENS,
  MOST_USERS,
  type Verdict,
} from '../../contract/access.ts';
import { Failures } from './failures.ts';
import { isPassword, passwordHash, tokenHash, tokenId } from './hash.ts';
import { type Session, Sessions } from './sessions.ts';
import type { KeptUser, UserStore } from './store.ts';
import { type Wish, wishOf } from './wish.ts';

type Refusal = Extract<Verdict, { allow: false }>;
const refused = (reason: Refusal['reason']): Refusal => ({ allow: false, reason });

/** Passwords that are looked at together; hashing is slow on purpose. */
const MOST_HASHING = 2;

const shown = ({ name, role, paths, password, tokens }: KeptUser): AccessUser => ({
  ...{ name, role, paths, password: password !== undefined },
  tokens: tokens.map(({ id, at }) => ({ id, at })),
});
const iso = (at: number): string => new Date(at).toISOString();

const matches = (pattern: string, path: string): boolean =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

/** Where a user may do something; or why not. */
function placeFor(user: KeptUser, call: Ask['call'], path: string | undefined): string | Refusal {
  if (user.role !== 'admin' && user.role !== (call === 'publish' ? 'publish' : 'read')) return refused('role');
  // A publisher's key stands for its path, so that whoever sees the path cannot send to it.
  const place = path ?? (user.role === 'publish' ? user.paths[0] : undefined);
  if (place === undefined) return refused('path');
  return user.role === 'admin' || user.paths.some((pattern) => matches(pattern, place)) ? place : refused('path');
}

export class Access {
  readonly #store: UserStore;
  readonly #now: () => number;
  readonly #users: Map<string, KeptUser>;
  readonly #byToken = new Map<string, string>();
  readonly #sessions = new Sessions();
  readonly #failures = new Failures();
  #hashing = 0;
  /** Changes come one after another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(store: UserStore, now: () => number, users: KeptUser[]) {
    this.#store = store;
    this.#now = now;
    this.#users = new Map(users.map((user) => [user.name, user]));
    for (const { name, tokens } of users) for (const { hash } of tokens) this.#byToken.set(hash, name);
  }
  /** @param now ms since 1970. @throws Error when what is kept cannot be read */
  static async open(store: UserStore, now: () => number): Promise<Access> {
    return new Access(store, now, await store.all());
  }

  list(): Listed {
    const users = [...this.#users.values()].map(shown).sort((a, b) => (a.name < b.name ? -1 : 1));
    const sessions = this.#sessions
      .all(this.#now())
      .map(({ call, path, user, protocol, since }) => ({ call, path, user, protocol, since: iso(since) }));
    return { users, sessions };
  }

  /** Makes or changes a user, and gives them one more token. The same token again changes nothing. */
  grant({ password, ...rest }: Grant, token: string): Promise<{ user: AccessUser; token: string } | { full: string }> {
    return this.#inTurn(async () => {
      const before = this.#users.get(rest.name);
      const hash = tokenHash(token);
      const has = before?.tokens.some((one) => one.hash === hash) ?? false;
      if (!before && this.#users.size >= MOST_USERS) return { full: `there are ${MOST_USERS} users; withdraw some` };
      if (!has && (before?.tokens.length ?? 0) >= MOST_TOKENS)
        return { full: `${rest.name} has ${MOST_TOKENS} tokens; withdraw some` };
      const made = has ? [] : [{ id: tokenId(hash), hash, at: iso(this.#now()) }];
      const kept = password === undefined ? before?.password : await passwordHash(password);
      const user: KeptUser = {
        ...rest,
        ...(kept === undefined ? {} : { password: kept }),
        tokens: [...(before?.tokens ?? []), ...made],
      };
      await this.#store.put(user);
      this.#users.set(user.name, user);
      this.#byToken.set(hash, user.name);
      return { user: shown(user), token: tokenId(hash) };
    });
  }

  /** Takes a user away, or one token of theirs. What runs by it ends when it is asked for again. */
  withdraw(name: string, id?: string): Promise<{ withdrawn: boolean; ended: number }> {
    return this.#inTurn(async () => {
      const user = this.#users.get(name);
      const gone = user?.tokens.filter((token) => id === undefined || token.id === id) ?? [];
      if (!user || (id !== undefined && gone.length === 0)) return { withdrawn: false, ended: 0 };
      const rest = { ...user, tokens: user.tokens.filter((token) => !gone.includes(token)) };
      if (id === undefined) await this.#store.remove(name);
      else await this.#store.put(rest);
      if (id === undefined) this.#users.delete(name);
      else this.#users.set(name, rest);
      for (const { hash } of gone) this.#byToken.delete(hash);
      const ended = this.#sessions.endAll(
        (session) => session.user === name && (id === undefined || session.by === id),
      );
      return { withdrawn: true, ended };
    });
  }

  /** May this be done, and where? Whoever goes on asks again under the same session. */
  async ask(ask: Ask): Promise<Verdict> {
    const asked = tokenHash(JSON.stringify([ask.call, ask.protocol, ask.name, ask.token, ask.user, ask.password]));
    const known = this.#sessions.get(ask.session, this.#now());
    const verdict = known?.asked === asked ? this.#still(ask, known) : await this.#judge(ask, asked);
    if (!verdict.allow) this.#sessions.end(ask.session);
    return verdict;
  }
  done(session: string): void {
    this.#sessions.end(session);
  }

  /** Of who was let in before: whether that still holds. */
  #still(ask: Ask, session: Session): Verdict {
    const user = this.#users.get(session.user);
    const proof = user?.password === session.by || user?.tokens.some(({ id }) => id === session.by);
    if (!user || !proof) return refused('unknown');
    const place = placeFor(user, ask.call, wishOf(ask)?.path);
    if (typeof place !== 'string') return place;
    if (place !== session.path) return refused('path');
    this.#sessions.keep(ask.session, session, this.#now());
    return { allow: true, path: place, user: user.name };
  }

  async #judge(ask: Ask, asked: string): Promise<Verdict> {
    if (this.#failures.tooMany(ask.from, this.#now())) return refused('busy');
    const wish = wishOf(ask);
    if (!wish) return refused('malformed');
    const found = await this.#who(wish);
    if (found === 'busy') return refused('busy');
    if (!found) {
      this.#failures.note(ask.from, this.#now());
      return refused('unknown');
    }
    const { user, by } = found;
    const path = placeFor(user, ask.call, wish.path);
    if (typeof path !== 'string') return path;
    const now = this.#now();
    const other = ask.call === 'publish' ? this.#sessions.publisher(path, now) : undefined;
    if (other !== undefined && other !== ask.session) return refused('taken');
    const { call, protocol } = ask;
    this.#sessions.keep(ask.session, { call, protocol, path, user: user.name, by, asked, since: now }, now);
    return { allow: true, path, user: user.name };
  }

  async #who({ token, login }: Wish): Promise<{ user: KeptUser; by: string } | 'busy' | undefined> {
    if (token !== undefined) {
      const hash = tokenHash(token);
      const user = this.#users.get(this.#byToken.get(hash) ?? '');
      return user && { user, by: tokenId(hash) };
    }
    const user = login && this.#users.get(login.user);
    if (!login || user?.password === undefined) return undefined;
    if (this.#hashing >= MOST_HASHING) return 'busy';
    this.#hashing++;
    const right = await isPassword(login.password, user.password).finally(() => this.#hashing--);
    // Meanwhile they may have been withdrawn.
    const now = this.#users.get(login.user);
    return right && now?.password === user.password ? { user: now, by: user.password } : undefined;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const next = this.#last.then(change, change);
    this.#last = next;
    return next;
  }
}
