import { createHash } from 'node:crypto';

/**
 * The loopback address that stands for a resource: always the same, so that an encoder keeps it from start to start.
 * Linux answers on all of 127.0.0.0/8; elsewhere there is one address, and two events cannot run at once.
 */
export function loopback(id: string, platform = process.platform): string {
  if (platform !== 'linux') return '127.0.0.1';
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(id.toLowerCase()).digest();
  return `127.${64 + (a % 64)}.${b}.${1 + (c % 254)}`;
}
