/** The authorisation service over HTTP: `GET /health` for anybody, and `POST /sealed` (contract/sealed.ts) for who has the secret. */
import { createServer, type Server } from 'node:http';
import { questionSchema } from '../../contract/access.ts';
import { LONGEST_SEALED, SEAL_HOLDS_MS, SEALED_ROUTE, seal, sealedSchema, unseal } from '../../contract/sealed.ts';
import { type Answer, answerAll, json, listening, readBody } from '../http.ts';
import { METRICS_TYPE, metricsOf } from '../metrics.ts';
import type { Access } from './access.ts';

export interface ServiceOptions {
  port: number;
  host: string;
  secret: string;
  access: Access;
  /** ms since 1970. */
  now: () => number;
}

/** Resolves when it listens. */
export async function serveAccess(options: ServiceOptions): Promise<Server> {
  const { access, now } = options;
  const fresh = new Once();
  const server = createServer(
    answerAll(async (request, url) => {
      if (request.method === 'GET' && url.pathname === '/health') return json(200, { status: 'ok', ...counts(access) });
      if (request.method === 'GET' && url.pathname === '/metrics')
        return { status: 200, type: METRICS_TYPE, body: metricsOf('access', counts(access)) };
      if (url.pathname !== SEALED_ROUTE) return json(404, { status: 404 });
      if (request.method !== 'POST') return { ...json(405, { status: 405 }), headers: { allow: 'POST' } };
      return sealed(await readBody(request, LONGEST_SEALED), options, fresh, now());
    }),
  );
  return listening(server, options.port, options.host);
}

/** What everybody may know. */
function counts(access: Access): { users: number; publishing: number; playing: number } {
  const { users, sessions } = access.list();
  const publishing = sessions.filter(({ call }) => call === 'publish').length;
  return { users: users.length, publishing, playing: sessions.length - publishing };
}

async function sealed(body: string, { access, secret }: ServiceOptions, fresh: Once, now: number): Promise<Answer> {
  const refused = json(401, { status: 401 });
  const outer = sealedSchema.safeParse(parsed(body));
  if (!outer.success) return refused;
  const inner = await unseal(secret, outer.data, now);
  // Only what was sealed by us is remembered: strangers cannot fill the memory.
  if (inner === undefined || !fresh.take(outer.data.iv, now)) return refused;
  const question = questionSchema.safeParse(inner);
  const answer = question.success ? await answered(access, question.data) : { error: 'Cannot read the question' };
  return json(200, await seal(secret, answer, now, outer.data));
}

async function answered(access: Access, question: ReturnType<typeof questionSchema.parse>): Promise<unknown> {
  switch (question.do) {
    case 'ask':
      return access.ask(question);
    case 'done':
      access.done(question.session);
      return {};
    case 'list':
      return access.list();
    case 'grant':
      return access.grant(question.grant, question.token);
    case 'withdraw':
      return access.withdraw(question.name, question.token);
  }
}

/** Questions that were asked already. */
class Once {
  readonly #until = new Map<string, number>();
  take(id: string, now: number): boolean {
    for (const [old, until] of this.#until) {
      if (until > now) break; // In the order in which they came.
      this.#until.delete(old);
    }
    if (this.#until.has(id)) return false;
    // It holds from as long before to as long after its own time.
    this.#until.set(id, now + 2 * SEAL_HOLDS_MS);
    return true;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
