/** Hands out playlists and segments to who may read them: `GET /PATH/index.m3u8?token=TOKEN`, or by the header `authorization`. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { pathSchema, REFUSALS, type Verdict } from '../../contract/access.ts';
import { askAccess, type ServicePlace } from '../ask.ts';
import { type Answer, answerAll, json } from '../http.ts';
import { PLAYLIST, SEGMENT } from './follower.ts';
import type { LivePaths } from './live.ts';

/** ms that an answer holds for the next request of the same viewer: within it what is withdrawn ends. */
const HOLDS_MS = 2_000;
const MOST_HELD = 10_000;
/** Players stand on pages of their own. */
const OPEN = { 'access-control-allow-origin': '*' };

interface Proofs {
  token?: string;
  user?: string;
  password?: string;
}
/** The header goes before the address. */
function proofsOf({ headers }: IncomingMessage, url: URL): Proofs {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ');
  if (/^bearer$/i.test(scheme)) return { token: value };
  if (/^basic$/i.test(scheme)) {
    const [user = '', ...password] = Buffer.from(value, 'base64').toString().split(':');
    return { user, password: password.join(':') };
  }
  const token = url.searchParams.get('token');
  return token === null ? {} : { token };
}

export function hlsPage(place: ServicePlace, node: string, folder: string, live: LivePaths): RequestListener {
  const held = new Map<string, { until: number; verdict: Promise<Verdict> }>();

  function ask(path: string, from: string, proofs: Proofs): Promise<Verdict> {
    const hash = createHash('sha256')
      .update(JSON.stringify([path, from, proofs]))
      .digest('hex')
      .slice(0, 32);
    const now = Date.now();
    const before = held.get(hash);
    if (before && before.until > now) return before.verdict;
    for (const [old, { until }] of held) {
      if (until > now && held.size < MOST_HELD) break;
      held.delete(old);
    }
    const session = `${node} ${hash}`;
    const verdict = askAccess(place, { session, call: 'play', protocol: 'hls', from, name: path, ...proofs });
    held.delete(hash);
    held.set(hash, { until: now + HOLDS_MS, verdict });
    verdict.catch(() => held.delete(hash));
    return verdict;
  }

  async function judged(request: IncomingMessage, path: string, proofs: Proofs): Promise<Answer | undefined> {
    if (proofs.token === undefined && proofs.user === undefined)
      return {
        ...json(401, { status: 401, detail: 'Show a token that may read it' }),
        headers: { ...OPEN, 'www-authenticate': 'Basic realm="stream-server"' },
      };
    try {
      const verdict = await ask(path, request.socket.remoteAddress ?? '', proofs);
      if (verdict.allow) return undefined;
      return { ...json(403, { status: 403, detail: REFUSALS[verdict.reason] }), headers: OPEN };
    } catch {
      return { ...json(503, { status: 503 }), headers: { ...OPEN, 'retry-after': '2' } };
    }
  }

  return answerAll(async (request, url) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return { ...json(405, { status: 405 }), headers: { allow: 'GET, HEAD' } };
    const [, path = '', file = '', ...more] = url.pathname.split('/');
    const known = more.length === 0 && pathSchema.safeParse(path).success && (file === PLAYLIST || SEGMENT.test(file));
    const missing = { ...json(404, { status: 404 }), headers: OPEN };
    if (!known) return missing;
    const proofs = proofsOf(request, url);
    const refused = await judged(request, path, proofs);
    if (refused) return refused;
    const follower = live.get(path);
    if (!follower) return missing;
    // 415: it is there, and cannot be had in this form.
    if (follower.refusal !== undefined)
      return { ...json(415, { status: 415, detail: follower.refusal }), headers: OPEN };
    try {
      const body = await readFile(join(folder, path, file));
      if (file !== PLAYLIST) return { status: 200, type: 'video/mp2t', body, headers: OPEN };
      const list = url.searchParams.has('token') ? withToken(body.toString(), proofs.token ?? '') : body;
      return { status: 200, type: 'application/vnd.apple.mpegurl', body: list, headers: OPEN };
    } catch {
      return missing;
    }
  });
}

/** Players ask for segments as the list names them: what came with the list goes with them. */
const withToken = (list: string, token: string): string =>
  list.replaceAll(/^(?!#)(\S+)$/gm, (name) => `${name}?token=${encodeURIComponent(token)}`);
