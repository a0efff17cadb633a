import { describe, expect, test } from 'vitest';
import { asProblem, Problem } from '../../functions/problem.ts';

const withFields = (fields: object) => Object.assign(new Error('secret detail'), fields);

describe('an error as a problem', () => {
  test.each([
    ['a connection that was cut', withFields({ code: 'ECONNRESET' }), 503],
    ['an SDK that got no answer', withFields({ code: 'REQUEST_SEND_ERROR' }), 503],
    ['a time-out', withFields({ name: 'AbortError' }), 503],
    [
      'a host that cannot store',
      new Error('The operation failed with an unexpected status code: 503. Details: ""'),
      503,
    ],
    ['Azure throttles', withFields({ statusCode: 429, code: 'TooManyRequests' }), 503],
    ['Azure refuses', withFields({ statusCode: 403, code: 'AuthorizationFailed' }), 502],
    ['a mistake of ours', new TypeError('secret detail'), 500],
    ['what was meant', new Problem(409, 'it is there'), 409],
  ])('%s', (_what, error, status) => {
    const problem = asProblem(error, 'invocation-1');
    expect(problem.status).toBe(status);
    if (status === 503) expect(Number(problem.headers['retry-after'])).toBeGreaterThan(0);
    if (status === 500) expect(problem.message).toContain('invocation-1');
    if (status === 500) expect(problem.message).not.toContain('secret');
  });
});
