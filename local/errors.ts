/** An error whose one-line message tells the user what to change; the host's commands print it and exit with code 1. */
export class HostError extends Error {
  override name = 'HostError';
}

/** Any thrown value as an Error, as the worker does before it reports a failure (azure-functions-nodejs-worker, errors.ts). */
export function ensureError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  if (thrown === null || thrown === undefined) return new Error('Unknown error');
  if (typeof thrown === 'string') return new Error(thrown);
  const like = thrown as { message?: unknown; stack?: unknown };
  const error = new Error(typeof like.message === 'string' ? like.message : String(JSON.stringify(thrown)));
  if (typeof like.stack === 'string') error.stack = like.stack;
  return error;
}
