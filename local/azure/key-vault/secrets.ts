import { z } from 'zod';
import type { SimRequest, SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource, Sim } from '../core/provider.ts';
import { deletedItem, secretBundle, secretItem } from './bundle.ts';
import { badParameter, deletedNotFound, disabled, nameHeld, purgeForbidden, secretNotFound } from './errors.ts';
import { latest, type Secret, SecretStore, type SecretVersion } from './secret-store.ts';
import { purgeProtected, retentionDays } from './vaults.ts';

/** Until a deleted secret shows among the deleted ones, callers poll and get 404. */
const DELETING = { median: 3, p95: 8 };
const DAY_MS = 86_400_000;
const MAX_VALUE = 25_600;

const attributes = z.looseObject({
  enabled: z.boolean().optional(),
  nbf: z.number().int().optional(),
  exp: z.number().int().optional(),
});
const writable = {
  contentType: z.string().max(255).optional(),
  tags: z.record(z.string().max(256), z.string().max(256)).optional(),
  attributes: attributes.optional(),
};
const setBody = z.looseObject({ value: z.string().max(MAX_VALUE), ...writable });
const patchBody = z.looseObject(writable);

export interface VaultCall {
  sim: Sim<'time' | 'draws' | 'store'>;
  request: SimRequest;
  vault: Resource;
  body: JsonObject;
}

const storeOf = (call: VaultCall) => new SecretStore(call.sim);
const seconds = (call: VaultCall) => Math.floor(call.sim.time.shown() / 1000);

function parsed<T extends z.ZodType>(schema: T, body: JsonObject): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  // The value itself never goes into a message.
  throw badParameter(`Property ${issue?.path.join('.') || 'value'} has invalid value: ${issue?.code ?? 'invalid'}`);
}

/** The secret when it is live. */
function live(call: VaultCall, name: string): Secret {
  const secret = storeOf(call).get(call.vault.name, name);
  if (!secret || secret.deleted) throw secretNotFound(name);
  return secret;
}

function versionOf(secret: Secret, version: string | undefined): SecretVersion {
  if (version === undefined) return latest(secret);
  const found = secret.versions.find((one) => one.version === version.toLowerCase());
  if (!found) throw secretNotFound(`${secret.name}/${version}`);
  return found;
}

export function set(call: VaultCall, name: string): SimResponse {
  const { sim, vault, body } = call;
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) throw badParameter(`The request URI contains an invalid name: ${name}`);
  const given = parsed(setBody, body);
  const known = storeOf(call).get(vault.name, name);
  if (known?.deleted) throw nameHeld(name, sim.time.now() < known.deleted.visibleAt);
  const secret: Secret = known ?? { vault: vault.name, name, versions: [] };
  const version: SecretVersion = {
    version: sim.draws.guid(`secret ${vault.name}/${name.toLowerCase()}`).replaceAll('-', ''),
    value: given.value,
    contentType: given.contentType,
    tags: given.tags,
    enabled: given.attributes?.enabled ?? true,
    created: seconds(call),
    updated: seconds(call),
    nbf: given.attributes?.nbf,
    exp: given.attributes?.exp,
  };
  secret.versions.push(version);
  storeOf(call).save(secret);
  return { status: 200, body: secretBundle(vault, secret, version) };
}

export function get(call: VaultCall, name: string, version: string | undefined): SimResponse {
  const secret = live(call, name);
  const found = versionOf(secret, version);
  if (!found.enabled) throw disabled();
  return { status: 200, body: secretBundle(call.vault, secret, found) };
}

export function update(call: VaultCall, name: string, version: string | undefined): SimResponse {
  const secret = live(call, name);
  const found = versionOf(secret, version);
  const given = parsed(patchBody, call.body);
  if (given.contentType !== undefined) found.contentType = given.contentType;
  if (given.tags !== undefined) found.tags = given.tags;
  Object.assign(found, given.attributes ?? {}, { updated: seconds(call) });
  storeOf(call).save(secret);
  return { status: 200, body: secretItem(call.vault, secret, found, true) };
}

export function remove(call: VaultCall, name: string): SimResponse {
  const { sim, vault } = call;
  const secret = live(call, name);
  const window = sim.draws.seconds(DELETING, `secret delete ${vault.name}/${name.toLowerCase()}`);
  secret.deleted = {
    at: sim.time.now(),
    visibleAt: sim.time.now() + (window * 1000) / sim.time.scale,
    purgeAt: sim.time.now() + retentionDays(vault) * DAY_MS,
  };
  storeOf(call).save(secret);
  return { status: 200, body: deletedItem(vault, secret, true) };
}

export function list(call: VaultCall): SimResponse {
  const live = storeOf(call)
    .of(call.vault.name)
    .filter((one) => !one.deleted);
  return page(call, live, (one) => secretItem(call.vault, one, latest(one), false));
}

export function listVersions(call: VaultCall, name: string): SimResponse {
  const secret = storeOf(call).get(call.vault.name, name);
  const versions = secret && !secret.deleted ? secret.versions : [];
  return page(call, versions, (one) => secretItem(call.vault, secret as Secret, one, true));
}

const deletedVisible = (call: VaultCall, secret: Secret | undefined): secret is Secret =>
  secret?.deleted !== undefined &&
  call.sim.time.now() >= secret.deleted.visibleAt &&
  call.sim.time.now() < secret.deleted.purgeAt;

function deletedOne(call: VaultCall, name: string): Secret {
  const secret = storeOf(call).get(call.vault.name, name);
  if (!deletedVisible(call, secret)) throw deletedNotFound(name);
  return secret;
}

export const getDeleted = (call: VaultCall, name: string): SimResponse => ({
  status: 200,
  body: deletedItem(call.vault, deletedOne(call, name), true),
});

export function listDeleted(call: VaultCall): SimResponse {
  const gone = storeOf(call)
    .of(call.vault.name)
    .filter((one) => deletedVisible(call, one));
  return page(call, gone, (one) => deletedItem(call.vault, one, false));
}

export function recover(call: VaultCall, name: string): SimResponse {
  const secret = deletedOne(call, name);
  delete secret.deleted;
  storeOf(call).save(secret);
  return { status: 200, body: secretItem(call.vault, secret, latest(secret), true) };
}

export function purge(call: VaultCall, name: string): SimResponse {
  const secret = deletedOne(call, name);
  if (purgeProtected(call.vault)) throw purgeForbidden(name);
  storeOf(call).remove(secret);
  return { status: 204 };
}

/** Pages of `maxresults` (default and at most 25), with an absolute nextLink. */
function page<T>(call: VaultCall, items: T[], view: (item: T) => JsonObject): SimResponse {
  const query = call.request.url.searchParams;
  const size = Number(query.get('maxresults') ?? 25);
  if (!Number.isInteger(size) || size < 1 || size > 25) throw badParameter(`maxresults has invalid value: ${size}`);
  const place = Buffer.from(query.get('$skiptoken') ?? 'MA', 'base64url').toString();
  if (!/^\d{1,9}$/.test(place)) throw badParameter('The skip token is invalid.');
  const start = Number(place);
  const value = items.slice(start, start + size).map(view);
  if (start + size >= items.length) return { status: 200, body: { value, nextLink: null } };
  const next = new URL(call.request.url);
  next.searchParams.set('$skiptoken', Buffer.from(String(start + size)).toString('base64url'));
  return { status: 200, body: { value, nextLink: next.href } };
}
