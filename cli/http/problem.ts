import { line } from '../../domain/text.ts';
import { CliError, EXIT, type ExitCode } from '../core/errors.ts';
import type { ProblemDetails } from './types.ts';

/** What came in a refusal: ours, or what somebody between has answered. */
export type Problem = Partial<ProblemDetails> & Record<string, unknown>;

/** How an HTTP status ends the command. 410 means that nothing is left to act on, which for a script is "no such event". */
const BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.usage,
  404: EXIT.notFound,
  409: EXIT.conflict,
  410: EXIT.notFound,
  422: EXIT.refused,
};

/** What to do about a status. @param event the one it was about, where that is known */
const hints = (event: string | undefined): Readonly<Record<number, string>> => ({
  401: 'pass --token or set STREAM_CONTROL_TOKEN; with Entra ID, --scope api://APP_ID/.default signs in',
  403: 'your sign-in lacks the role for this (viewer, operator or admin): ask who administers the control plane',
  404: "'stream-control list' shows the events",
  409: event
    ? `'stream-control status ${event}' shows the state it is in`
    : "'stream-control list' shows the events and their states",
  410: event
    ? `it is gone: 'stream-control certificate ${event}' proves it, and its name can be deployed again`
    : 'it is gone: its certificate proves it, and its name can be deployed again',
  422: "'stream-control plan' runs the same checks without creating anything",
  429: 'too many requests: wait a little and try again',
  500: "the control plane's own log has the cause",
});

/** The event a request is about: in its path, else in its body. */
export function eventIn(path: string, body: unknown): string | undefined {
  const named = /^\/api\/(?:events|status)\/([^/?]+)/.exec(path)?.[1];
  if (named !== undefined) return decodeURIComponent(named);
  const { event } = (body ?? {}) as { event?: unknown };
  return typeof event === 'string' ? event : undefined;
}

/** An answer that is not a success, as an error a person can act on. */
export class ApiError extends CliError {
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, problem: Problem, event?: string) {
    const { title, detail } = problem;
    // With fields listed one by one, a detail only says them again.
    const said = problem.errors?.length && title ? undefined : detail;
    const text = said && title && !said.startsWith(title) ? `${title}: ${said}` : (said ?? title);
    super(exitCode(status, problem), line(text ?? `The control plane answered HTTP ${status}`), {
      hint:
        typeof problem.advice === 'string' ? problem.advice : problem.errors?.length ? undefined : hints(event)[status],
      fields: problem.errors ?? [],
    });
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

/** 422 is also what a re-used Idempotency-Key with another request gets: that is a conflict, not a preflight. */
const exitCode = (status: number, problem: Problem): ExitCode =>
  status === 422 && /idempotency.key/i.test(`${problem.type} ${problem.title} ${problem.detail}`)
    ? EXIT.conflict
    : (BY_STATUS[status] ?? EXIT.failed);

/** What a web server says that has no such route: an older control plane, or something else at this address. */
const noRoute = (response: Response): ApiError => {
  const path = new URL(response.url).pathname;
  return new ApiError(501, {
    title: `There is no ${path} at ${new URL(response.url).origin}`,
    advice: 'is --url the address of a stream-control control plane of this version?',
  });
};

/** Reads an error answer; one that is not problem+json (a proxy, a crash) still says what came. */
export async function apiError(response: Response, event?: string): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  let problem: Problem = {};
  try {
    const json: unknown = JSON.parse(text);
    if (json && typeof json === 'object' && !Array.isArray(json)) problem = json as Problem;
  } catch {
    const line = text
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    if (response.status !== 404) problem = { title: `HTTP ${response.status}${line ? `: ${line.slice(0, 200)}` : ''}` };
  }
  if (response.status === 404 && problem.title === undefined) return noRoute(response);
  if (typeof problem.Message === 'string') problem = { ...problem, title: problem.Message };
  return new ApiError(response.status, problem, event);
}
