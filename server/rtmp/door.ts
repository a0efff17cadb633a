/** Answers nginx: each connection is asked of the authorisation service when it begins, and every two seconds as long as it lives. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askAccess, type ServicePlace, tellDone } from '../ask.ts';
import { type Answer, answerAll, listening, readBody } from '../http.ts';
import { type Hook, isOwnPull, readHook } from './hook.ts';

/** How long what runs goes on while the authorisation service does not answer; what is new is refused meanwhile. */
const PATIENCE_MS = 60_000;
const LONGEST_FORM = 8_192;

/** A name for each life of nginx: every one counts its connections from 1. */
const life = (): string => randomBytes(6).toString('hex');

/** By it an ingest knows a playback server of its own event: made of their secret, and no token of anybody's. */
export const pullProof = (secret: string): string =>
  createHmac('sha256', secret).update('stream-control rtmp pull 1').digest('hex');

export interface Door {
  /** Where nginx asks; nobody else on the machine knows the end of it. */
  url: string;
  /** Connections that were let in. */
  counts(): { publishing: number; playing: number };
  /** nginx has ended, and all connections with it: their paths are free at once. */
  allGone(): void;
  stop(): void;
}
interface Seen {
  call: 'publish' | 'play';
  /** ms since 1970 of the last answer that let it go on. */
  at: number;
}

const plain = (status: number): Answer => ({ status });
const equal = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/**
 * @param node name of this program among its like: the connections of each are counted anew
 * @param takes whether it takes publishers, or only pulls what it plays
 */
export async function openDoor(place: ServicePlace, node: string, takes: 'publishers' | 'players'): Promise<Door> {
  const path = `/${randomBytes(16).toString('hex')}`;
  let start = life();
  const seen = new Map<string, Seen>();
  const proof = pullProof(place.ACCESS_SECRET);
  const sessionOf = ({ client }: Hook) => `${node} ${start} ${client}`;

  async function judge(hook: Hook): Promise<Answer> {
    const session = sessionOf(hook);
    if (hook.call === 'done') {
      // A connection that was refused ends too, and has nothing to end.
      if (seen.delete(session)) await tellDone(place, session).catch(() => {});
      return plain(200);
    }
    if (isOwnPull(hook)) return plain(takes === 'players' && hook.call === 'publish' ? 200 : 403);
    if (takes === 'players' && hook.call === 'publish') return plain(403);
    if (takes === 'publishers' && hook.call === 'play' && equal(hook.pageurl, proof)) return plain(200);
    const { call, from, name, token, user, password } = hook;
    const proofs = {
      ...(token === undefined ? {} : { token }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    };
    try {
      const verdict = await askAccess(place, { session, call, protocol: 'rtmp', from, name, ...proofs });
      // Meanwhile nginx may have ended, and the connection with it.
      if (verdict.allow && session !== sessionOf(hook)) {
        await tellDone(place, session);
        return plain(403);
      }
      if (!verdict.allow) {
        seen.delete(session);
        return plain(403);
      }
      seen.set(session, { call, at: Date.now() });
      // The name that was sent may be a key: others see the path. Of one that runs it is known, and to be told again would end it.
      return hook.again || verdict.path === name ? plain(200) : { status: 302, headers: { location: verdict.path } };
    } catch {
      const before = seen.get(session);
      return plain(before && Date.now() - before.at < PATIENCE_MS ? 200 : 503);
    }
  }
  const server = createServer(
    answerAll(async (request, url) => {
      if (url.pathname !== path || request.method !== 'POST') return plain(404);
      const hook = readHook(await readBody(request, LONGEST_FORM));
      return hook ? judge(hook) : plain(400);
    }),
  );
  await listening(server, 0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    counts() {
      const publishing = [...seen.values()].filter(({ call }) => call === 'publish').length;
      return { publishing, playing: seen.size - publishing };
    },
    allGone() {
      start = life();
      const gone = [...seen.keys()];
      seen.clear();
      for (const session of gone) tellDone(place, session).catch(() => {});
    },
    stop: () => server.close(),
  };
}
