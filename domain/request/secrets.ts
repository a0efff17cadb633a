import { type DeployRequest, TTL_MAX_SECONDS } from './deploy.ts';

/** Secrets outlive the longest an event may be extended to by a day; teardown removes them long before. */
const LIFETIME_MS = (TTL_MAX_SECONDS + 86_400) * 1000;

/**
 * When the secrets of a deployment expire: counted from its begin, which for a scheduled event may be weeks away.
 * @param now milliseconds since the Unix epoch: of acceptance, or of the creation of the group once that is known
 */
export const secretsExpire = ({ startsAt }: Pick<DeployRequest, 'startsAt'>, now: number): Date =>
  new Date(Math.max(now, Date.parse(startsAt ?? '') || 0) + LIFETIME_MS);
