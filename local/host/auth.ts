/**
 * Keys of the host: who may call functions with an `authLevel`, the admin routes and the durable webhooks.
 *
 * On Azure keys live in storage; here they come from local.settings.json,
 * `"Host": {"Auth": true, "Keys": {"master": "..", "default": "..", "durabletask_extension": "..", "functions": {"<name>": ".."}}}`,
 * and those not given are made once and kept in the data folder. `Auth` is off by default: only this machine can ask.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readLeft } from '../read-json.ts';
import { empty, type HttpIncoming, type HttpOutgoing } from './http-message.ts';
import { writeJson } from './json-file.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin' | 'system';

interface Keys {
  master: string;
  default: string;
  /** The system key of the Durable Task extension: `code` of its links. */
  durabletask_extension: string;
  functions: Record<string, string>;
}

export interface Auth {
  /** Undefined when the request may pass, else the answer: 401, empty, as the real host gives it. */
  refuse(request: HttpIncoming, level: AuthLevel, functionName?: string): HttpOutgoing | undefined;
  /** `code` put into the durable links. */
  systemKey: string;
}

const key = z.string().min(1);
const keptKeys = z.object({ master: key, default: key, durabletask_extension: key }).partial();

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

function keysFrom(given: Record<string, unknown>, dataDir: string | undefined): Keys {
  const file = dataDir === undefined ? undefined : join(dataDir, 'keys.json');
  const kept = file === undefined ? undefined : readLeft(file, keptKeys);
  const made = () => randomBytes(30).toString('base64url');
  const generated = {
    master: kept?.master ?? made(),
    default: kept?.default ?? made(),
    durabletask_extension: kept?.durabletask_extension ?? made(),
  };
  if (file && Object.keys(kept ?? {}).length < Object.keys(generated).length) writeJson(file, generated);
  const functions = Object.entries((given.functions ?? {}) as Record<string, unknown>);
  return {
    master: text(given.master) ?? generated.master,
    default: text(given.default) ?? generated.default,
    durabletask_extension: text(given.durabletask_extension) ?? generated.durabletask_extension,
    functions: Object.fromEntries(functions.map(([name, key]) => [name.toLowerCase(), String(key)])),
  };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * @param section `Host` of local.settings.json
 * @param enforced used when the section does not say `Auth`
 * @param dataDir where generated keys are kept; undefined keeps them for this run only
 */
export function createAuth(section: Record<string, unknown>, enforced: boolean, dataDir: string | undefined): Auth {
  const keys = keysFrom((section.Keys ?? {}) as Record<string, unknown>, dataDir);
  const on = typeof section.Auth === 'boolean' ? section.Auth : enforced;
  return {
    systemKey: keys.durabletask_extension,
    refuse(request, level, functionName = '') {
      if (!on || level === 'anonymous') return undefined;
      const given = request.url.searchParams.get('code') ?? request.headers['x-functions-key'];
      const accepted = [keys.master];
      if (level === 'function') accepted.push(keys.default, keys.functions[functionName.toLowerCase()] ?? keys.default);
      if (level === 'system') accepted.push(keys.durabletask_extension);
      if (given && accepted.some((key) => equal(key, given))) return undefined;
      return empty(401, [['www-authenticate', 'Bearer']]);
    },
  };
}
