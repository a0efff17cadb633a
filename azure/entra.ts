/**
 * Whether a token is one that Microsoft Entra ID has issued to call this control plane: signature by the tenant's keys, issuer,
 * tenant, audience, times. What the platform in front says of a caller is never enough: its headers can be forged wherever it
 * does not remove them (azure-functions-host#10687, Azure-Functions#2649).
 *
 * v1 tokens come from `https://sts.windows.net/TENANT/`, v2 tokens from `AUTHORITY/TENANT/v2.0`; the audience is the Application
 * ID URI or the client id (Microsoft Learn, "Access token claims reference").
 */
import { createHttpHeaders, createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { ports } from '../ports/index.ts';
import type { Settings } from './settings.ts';
import { createTransport } from './transport.ts';

/** Entra signs with RSA; nothing else is ever looked at, so a public key is never taken for a secret. */
const ALGORITHMS = ['RS256'];
/** Seconds by which clocks may differ. */
const TOLERANCE = 60;
/** Milliseconds after which keys are asked for anew, and between two questions for a key that nobody knows. */
const KEYS_KEPT = 600_000;
const COOLDOWN = 30_000;
/** Milliseconds the keys may take to come. */
const TIMEOUT = 5_000;
/** Characters of a token: a group-heavy one has some thousands. */
const LONGEST = 16_384;

/** Who a token is about. */
export interface Identity {
  /** Object id of the person or service principal. */
  objectId: string;
  /** In lower case. */
  roles: ReadonlySet<string>;
  /** For journals; an address or a name, never a secret. */
  name: string;
}

/** The keys could not be had, so nobody can be told from anybody: not the caller's fault. */
export class KeysUnavailable extends Error {
  override name = 'KeysUnavailable';
}

/** `undefined` when the token is none of ours, for whatever reason. @throws KeysUnavailable */
export type TokenCheck = (token: string) => Promise<Identity | undefined>;

type Trust = Pick<Settings, 'authority' | 'tenantId' | 'audiences'>;

/** The port's transport as the `fetch` that jose asks for. */
const fetching =
  (transport: HttpClient): typeof fetch =>
  async (url, init) => {
    const answer = await transport.sendRequest(
      createPipelineRequest({
        url: String(url),
        timeout: TIMEOUT,
        allowInsecureConnection: String(url).startsWith('http:'),
        headers: createHttpHeaders(Object.fromEntries(new Headers(init?.headers))),
      }),
    );
    return new Response(answer.bodyAsText ?? '', { status: answer.status });
  };

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isText) : []);

const NAMES = ['preferred_username', 'upn', 'unique_name', 'name', 'app_displayname', 'azp', 'appid', 'oid'] as const;

function identityOf(payload: JWTPayload, tenantId: string): Identity | undefined {
  const { tid, oid, roles } = payload;
  if (!isText(tid) || tid.toLowerCase() !== tenantId.toLowerCase() || !isText(oid)) return undefined;
  const name = NAMES.map((claim) => payload[claim]).find(isText) ?? oid;
  return { objectId: oid, name, roles: new Set(texts(roles).map((role) => role.toLowerCase())) };
}

/** What says that the keys are missing, rather than that the token is wrong. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === errors.JOSEError.code;

/**
 * A check of tokens for one installation; it keeps the tenant's keys, and asks for them again when they are old or a token names
 * one that is not among them. Where they cannot be had, the ones it knows go on counting: an outage of Entra's must not make
 * every mixer look silent.
 * @param cooldown milliseconds between two questions for unknown keys
 */
export function tokenCheck(trust: Trust, transport: HttpClient, cooldown = COOLDOWN): TokenCheck {
  const { authority, tenantId, audiences } = trust;
  if (tenantId === undefined || audiences.length === 0) return async () => undefined;
  const keys = createRemoteJWKSet(new URL(`${authority}/${tenantId}/discovery/v2.0/keys`), {
    [customFetch]: fetching(transport),
    cooldownDuration: cooldown,
    cacheMaxAge: KEYS_KEPT,
    timeoutDuration: TIMEOUT,
  });
  const identified = async (token: string, by: JWTVerifyGetKey) => {
    const { payload } = await jwtVerify(token, by, {
      algorithms: ALGORITHMS,
      issuer: [`${authority}/${tenantId}/v2.0`, `https://sts.windows.net/${tenantId}/`],
      audience: [...audiences],
      requiredClaims: ['exp', 'iss', 'aud'],
      clockTolerance: TOLERANCE,
      currentDate: new Date(ports().now()),
    });
    return identityOf(payload, tenantId);
  };
  return async (token) => {
    if (token.length > LONGEST) return undefined;
    try {
      return await identified(token, keys);
    } catch (error) {
      if (!isOutage(error)) return undefined;
      const known = keys.jwks();
      if (!known) throw new KeysUnavailable('The sign-in keys cannot be fetched', { cause: error });
      try {
        return await identified(token, createLocalJWKSet(known));
      } catch {
        return undefined;
      }
    }
  };
}

const checks = new WeakMap<Settings, TokenCheck>();

/** The check of this process, which keeps its keys between calls. */
export function checkOf(settings: Settings): TokenCheck {
  const check = checks.get(settings) ?? tokenCheck(settings, createTransport(settings));
  checks.set(settings, check);
  return check;
}
