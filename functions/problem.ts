/** Errors that a caller sees: RFC 9457 problem details. */
import type { HttpResponseInit } from '@azure/functions';
import { AzureFailure, classify } from '../azure/errors.ts';
import { EVENT_NAME } from '../domain/names.ts';
import type { Problem as FieldProblem } from '../domain/request/problems.ts';
import { line } from '../domain/text.ts';

const TITLES: Record<number, string> = {
  400: 'Invalid request',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflicts with the state',
  410: 'Gone',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Cannot be done as asked',
  429: 'Too many requests',
  500: 'Unexpected error',
  502: 'Azure refused',
  503: 'Try again later',
};

/** Thrown by doors, answered as `application/problem+json`. `detail` says what to do and never quotes a secret. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  readonly errors: FieldProblem[] | undefined;
  readonly headers: Record<string, string>;
  readonly extra: Record<string, unknown>;
  constructor(
    status: number,
    detail: string,
    options: { errors?: FieldProblem[]; headers?: Record<string, string>; extra?: Record<string, unknown> } = {},
  ) {
    super(detail);
    this.status = status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

export const invalid = (errors: FieldProblem[]): Problem =>
  new Problem(400, errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '), { errors });

/** What a caller calls something, in quotes; what does not have the shape of such a name may be a secret, and is not repeated. */
export const quoted = (name: string, shape: RegExp): string =>
  shape.test(name) ? JSON.stringify(name) : 'of that name';

export const noSuchEvent = (event: string): Problem =>
  new Problem(404, `There is no event ${quoted(event, EVENT_NAME)}`);

/** The answer to a problem. */
export function problemResponse(problem: Problem): HttpResponseInit {
  return {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
    body: JSON.stringify({
      type: `urn:stream-control:problem:${problem.status}`,
      title: TITLES[problem.status] ?? 'Error',
      status: problem.status,
      detail: line(problem.message),
      ...(problem.errors
        ? { errors: problem.errors.map(({ path, message }) => ({ path: line(path), message: line(message) })) }
        : {}),
      ...problem.extra,
    }),
  };
}

/** Any error as a problem; what is not known to be harmless says nothing but the id to look for in the log. */
export function asProblem(error: unknown, invocationId: string): Problem {
  if (error instanceof Problem) return error;
  // The durable client puts what the host answered into the text of a plain error.
  if (error instanceof Error && /unexpected status code: 503\b/.test(error.message))
    return new Problem(503, 'Nothing can be stored at the moment; GET /api/health says why. Try again', {
      headers: { 'retry-after': '5' },
    });
  const { failure, retryAfterSeconds } = classify(error);
  const answered = error instanceof AzureFailure || typeof (error as { statusCode?: unknown })?.statusCode === 'number';
  const headers = { 'retry-after': String(Math.ceil(retryAfterSeconds ?? 0)) };
  if (!answered)
    return failure.class === 'transient'
      ? new Problem(503, `${failure.code}: ${failure.message}; try again (an Idempotency-Key makes that safe)`, {
          headers,
        })
      : new Problem(500, `Something failed that should not; the log has it under ${invocationId}`);
  const detail = `${failure.code}: ${failure.message}${failure.advice ? `; ${failure.advice}` : ''}`;
  return retryAfterSeconds === undefined
    ? new Problem(502, detail, { extra: { code: failure.code } })
    : new Problem(503, detail, { headers });
}
