/** Identifiers: the extension's deterministic guids, random guids from an injected source, and the rules for instance ids. */
import { createHash } from 'node:crypto';

/** Gives `length` random bytes. */
export type Random = (length: number) => Uint8Array;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A random guid in format "N" (32 hex digits), as execution ids and generated instance ids are. */
export function guidN(random: Random): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes);
}
export function guidD(random: Random): string {
  return dashed(guidN(random));
}
const dashed = (n: string): string =>
  `${n.slice(0, 8)}-${n.slice(8, 12)}-${n.slice(12, 16)}-${n.slice(16, 20)}-${n.slice(20)}`;

/** Namespace of the extension's deterministic guids (durable extension GuidManager.cs UrlNamespaceValue). */
const URL_NAMESPACE = Buffer.from('9e9529595e334daf827f2fa12937b875', 'hex');

/** Version 5 guid over instance id, orchestrator time and counter (durable extension DurableOrchestrationContext.NewGuid). @param time in the "o" format: seven decimals */
export function deterministicGuid(instanceId: string, time: string, counter: number): string {
  const hash = createHash('sha1').update(URL_NAMESPACE).update(`${instanceId}_${time}_${counter}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return dashed(hex(hash.subarray(0, 16)));
}

const FORBIDDEN = /[/\\#?\p{Cc}]/u;

/** The extension gives its exceptions message and parameter name in the wrong order. */
const swapped = (parameter: string, message: string): string => `${parameter} (Parameter '${message}')`;

/** Why an orchestration may not have this instance id; undefined when it may (durable extension DurableClient.StartNewAsync). */
export function instanceIdProblem(id: string): string | undefined {
  if (id.startsWith('@')) return swapped('instanceId', 'Orchestration instance ids must not start with @.');
  if (FORBIDDEN.test(id)) {
    return swapped('instanceId', 'Orchestration instance ids must not contain /, \\, #, ?, or control characters.');
  }
  if (id.length > 256) return 'Instance ID lengths must not exceed 256 characters.';
  return undefined;
}

/** Why an entity may not have this key; undefined when it may. */
export function entityKeyProblem(key: string): string | undefined {
  return FORBIDDEN.test(key)
    ? swapped('entityKey', 'Entity keys must not contain /, \\, #, ?, or control characters.')
    : undefined;
}

/** Instance id of an entity's scheduler: names are lower-cased, keys are not (durable extension EntityId.cs). */
export const schedulerId = (name: string, key: string): string => `@${name.toLowerCase()}@${key}`;

export function entityOf(instanceId: string): { name: string; key: string } {
  const at = instanceId.indexOf('@', 1);
  return { name: instanceId.slice(1, at), key: instanceId.slice(at + 1) };
}
