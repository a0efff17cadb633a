/** One event and its fields per line; never a secret. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

export const log: Log = (event, fields = {}) =>
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));

export const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));
