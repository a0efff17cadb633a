/**
 * The one wrapper around every HTTP handler: authorises, reads, answers, and never throws (with HTTP streaming on, an
 * error that escapes a handler leaves the client hanging; seen on the real host, test/fixtures/traces/README.md).
 */
import type { ReadableStream } from 'node:stream/web';
import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { z } from 'zod';
import { type Settings, settings } from '../azure/settings.ts';
import { namesTwice } from '../domain/json-names.ts';
import { problemsOf, unknownField } from '../domain/request/problems.ts';
import { line, logged } from '../domain/text.ts';
import { clientOf } from '../durable/client.ts';
import { leaving } from './leaving.ts';
import { isJson, refuseForeignPages } from './pages.ts';
import { covers, type Principal, principalOf, type Role } from './principal.ts';
import { asProblem, invalid, Problem, problemResponse } from './problem.ts';

/** Bytes a request body may have: 50 languages with the longest keys are far below. */
const BODY_LIMIT = 262_144;

export interface Call<Body = unknown, Query = unknown> {
  request: HttpRequest;
  /** Parsed and validated query values. */
  query: Query;
  /** Parsed and, when the door has a schema, validated. */
  body: Body;
  /** The body as it came, for proofs computed over it. */
  raw: string;
  /** Route values. */
  param(name: string): string;
  who: Principal;
  /** Counts as the Idempotency-Key, in place of the header. */
  key?: string;
  durable: df.DurableClient;
  settings: Settings;
  /** Aborted when the client goes away before it has its whole answer. */
  left: AbortSignal;
  /** Writes who did what into the log; never give it a secret. */
  audit(text: string): void;
}

export type Reply = { status?: number; headers?: Record<string, string> } & (
  | { json: unknown }
  | { text: string; type: string }
  | { bytes: Uint8Array; type: string }
  | { stream: ReadableStream<Uint8Array>; type: string }
);

export interface Door<Body = unknown, Query = unknown> {
  /** Function name: unique; the host tries routes in the alphabetical order of these. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without leading slash; `{value}` for route values. */
  route: string;
  /** Who may pass: a role, anyone, or callers who show a proof of their own that the handler checks. */
  access: Role | 'anyone' | 'own-proof';
  /** Set where even a GET leaves a trace, as reading secrets does. */
  changes?: true;
  /** One sentence for OpenAPI. */
  summary: string;
  /** Of the body; also what OpenAPI shows. */
  schema?: z.ZodType<Body>;
  /** Of the query, each value a text; none at all by default. Unknown and repeated ones are refused, as in a body. */
  query?: z.ZodType<Query>;
  /** The handler validates by itself (it has more to say than the schema can); the schema is for OpenAPI. */
  validatesItself?: true;
  /** Who calls proves itself, and would be punished for not being heard: the body's type, and a field given twice, are let pass. */
  hearsAnyhow?: true;
  /** Status codes and what they mean, beside the errors that every door may answer. */
  answers: Record<number, string>;
  /** Bodies of those that are JSON of a known shape; OpenAPI shows them. */
  bodies?: Record<number, z.ZodType>;
  handle(call: Call<Body, Query>): Promise<Reply>;
}

/** Types a door's body and query from their schemas. */
export const door = <Body, Query = unknown>(definition: Door<Body, Query>): Door => definition as unknown as Door;

const nobody: Principal = { name: 'anyone', roles: [] };

async function admit(one: Door, request: HttpRequest, configured: Settings): Promise<Principal> {
  if (one.method !== 'GET' || one.changes) refuseForeignPages(request.headers, configured);
  if (one.access === 'anyone' || one.access === 'own-proof') return nobody;
  const who = await principalOf(request.headers, configured);
  if (!covers(who, one.access)) throw new Problem(403, `This needs the role ${one.access}`);
  return who;
}

async function read(one: Door, request: HttpRequest): Promise<{ raw: string; body: unknown }> {
  if (one.method === 'GET') return { raw: '', body: undefined };
  const type = request.headers.get('content-type');
  if (type !== null && !isJson(type) && !one.hearsAnyhow) throw notJson();
  if (!one.schema) return { raw: '', body: undefined };
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT) throw tooLarge();
  const raw = await textOf(request);
  if (raw !== '' && type === null && !one.hearsAnyhow) throw notJson();
  const text = raw.replace(/^\uFEFF/, '').trim();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw invalid([{ path: '', message: 'the body must be JSON' }]);
  }
  // JSON.parse takes the last of two and says nothing. The name itself may be a secret in the wrong place.
  if (!one.hearsAnyhow && namesTwice(text).length > 0)
    throw invalid([{ path: '', message: 'the body gives a field twice' }]);
  if (one.validatesItself) return { raw, body };
  const parsed = one.schema.safeParse(body);
  if (!parsed.success) throw invalid(problemsOf(parsed.error));
  return { raw, body: parsed.data };
}

const NO_QUERY = z.strictObject({});

/** The query as its schema has it. @throws Problem 400 */
function asked(one: Door, { query }: HttpRequest): unknown {
  const names = [...query.keys()];
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  if (repeated.length > 0) throw invalid(repeated.map((name) => unknownField('', name, 'stands twice in the query')));
  const parsed = (one.query ?? NO_QUERY).safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  throw invalid(
    problemsOf(parsed.error).map((problem) => ({
      ...problem,
      message: problem.message.replace('Unknown field', 'Unknown query parameter'),
    })),
  );
}

/** The whole body; reading stops at the limit, which a body without announced length would otherwise pass. */
async function textOf(request: HttpRequest): Promise<string> {
  const reader = request.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const notJson = () => new Problem(415, 'Send the body as JSON in UTF-8 (content-type: application/json)');
const tooLarge = () => new Problem(413, `The body may have at most ${BODY_LIMIT} bytes`);

function respond(reply: Reply): HttpResponseInit {
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...reply.headers };
  const status = reply.status ?? 200;
  if ('json' in reply)
    return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(reply.json) };
  const withType = { 'content-type': reply.type, ...headers };
  if ('text' in reply) return { status, headers: withType, body: reply.text };
  if ('bytes' in reply) return { status, headers: withType, body: reply.bytes };
  return { status, headers: withType, body: reply.stream };
}

/** A door as an HTTP handler. */
export const handlerOf =
  (one: Door, configured: () => Settings = settings) =>
  async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    try {
      const current = configured();
      const who = await admit(one, request, current);
      const query = asked(one, request);
      const { raw, body } = await read(one, request);
      const reply = await one.handle({
        request,
        query,
        body,
        raw,
        param: (name) => routeValue(request, name),
        who,
        durable: clientOf(context),
        settings: current,
        left: leaving(context.invocationId),
        audit: (text) => context.warn(`audit: ${line(text)}`),
      });
      return respond(reply);
    } catch (error) {
      const problem = asProblem(error, context.invocationId);
      if (problem.status >= 500) context.error(`${one.name}: ${logged(error)}`);
      return problemResponse(problem);
    }
  };

function routeValue(request: HttpRequest, name: string): string {
  const value = request.params[name];
  if (!value) throw new Problem(404, `The path lacks ${name}`);
  return value;
}

/** Registers doors with the Functions host. */
export function open(doors: readonly Door[]): void {
  for (const one of doors)
    app.http(one.name, {
      methods: [one.method],
      route: one.route,
      authLevel: 'anonymous',
      extraInputs: [df.input.durableClient()],
      handler: handlerOf(one),
    });
}
