/** Requests to the control plane, with its answers' types and its refusals as they are. */
import type { ProblemDetails } from '../../../contract/api/problem.ts';

/** The control plane has answered that it will not, with why. */
export class Refused extends Error {
  override name = 'Refused';
  readonly problem: ProblemDetails;
  constructor(problem: ProblemDetails) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Nobody knows whether the request arrived. */
export class Unanswered extends Error {
  override name = 'Unanswered';
}

export interface Asking {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** `Idempotency-Key`: the same request again is the same change. */
  key?: string;
  signal?: AbortSignal;
}

async function problemOf(response: Response): Promise<ProblemDetails> {
  const said = (await response.json().catch(() => undefined)) as Partial<ProblemDetails> | undefined;
  return {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    detail: `The control plane answered ${response.status}`,
    ...said,
    status: response.status,
  };
}

/** @throws Refused for an answer that is an error; Unanswered where none came */
export async function ask<T>(path: string, { method = 'GET', body, key, signal }: Asking = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      cache: 'no-store',
      // A sign-in page of somebody else is no answer.
      redirect: 'error',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unanswered(String(error));
  }
  if (!response.ok) throw new Refused(await problemOf(response));
  try {
    return (await response.json()) as T;
  } catch (error) {
    throw new Unanswered(String(error));
  }
}

/** Something is in front, or behind, that may be there again in a moment. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Unanswered || (error instanceof Refused && [429, 502, 503, 504].includes(error.problem.status));

/** What went wrong, for people. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
