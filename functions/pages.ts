/**
 * Which web pages may act here. A browser sends the sign-in cookie with whatever any page makes it send, so a request that
 * changes something must say, where it says anything, that a page of ours made it. Programs send neither header.
 */
import type { Settings } from '../azure/settings.ts';
import type { HeaderReader } from './claims.ts';
import { Problem } from './problem.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a Host header names this machine only. */
export function isLoopback(host: string | null): boolean {
  if (!host) return false;
  try {
    return LOOPBACK.has(new URL(`http://${host}`).hostname);
  } catch {
    return false;
  }
}

/** The page's own, and the address bar. Another host of the same site is a stranger. */
const OWN_SITES = ['same-origin', 'none'];

/** Where pages of ours come from: the installation's address; locally whatever loopback address was asked, with its port. */
const ownOrigins = (headers: HeaderReader, { authMode, publicUrl }: Settings): string[] =>
  authMode === 'entra'
    ? [new URL(publicUrl).origin]
    : ['http', 'https'].map((scheme) => `${scheme}://${headers.get('host')}`);

/** @throws Problem 403 for what a page of another origin has sent */
export function refuseForeignPages(headers: HeaderReader, settings: Settings): void {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const hint =
    settings.authMode === 'entra'
      ? 'setting PUBLIC_URL names ours'
      : 'AUTH_MODE=local takes its own on 127.0.0.1, localhost or [::1]; another port is a stranger';
  if (site !== null && !OWN_SITES.includes(site))
    throw new Problem(403, `Pages of other sites may not act here (${hint})`);
  if (origin !== null && !ownOrigins(headers, settings).includes(origin))
    throw new Problem(403, `Pages of other origins may not act here (${hint})`);
}

/** A page can send anything else without asking first, so only this is read. */
const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json$/;

/** Whether a body of this content type is read. */
export function isJson(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  const named = charset?.slice('charset='.length).replaceAll('"', '');
  return JSON_TYPE.test(type.trim()) && (named === undefined || named === 'utf-8' || named === 'utf8');
}
