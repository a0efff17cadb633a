import { ports } from '../../ports/index.ts';

/** A fresh Idempotency-Key: with it, a command that is repeated over a broken connection takes effect once. */
export const idempotencyKey = (): Record<string, string> => ({
  'idempotency-key': Buffer.from(ports().random(16)).toString('hex'),
});
