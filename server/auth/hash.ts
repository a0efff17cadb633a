/** How passwords and tokens are kept: none can be read back. */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Tokens have 160 bits of chance: nothing slows down guessing them better than that. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
/** What people call a token by. */
export const tokenId = (hash: string): string => hash.slice(0, 12);

/** RFC 7914; 32 MB and about 0.1 s for each look (OWASP, "Password Storage Cheat Sheet"). */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 2 ** 20 };
const LENGTH = 32;

const derived = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password, salt, LENGTH, COST, (error, key) => (error ? reject(error) : resolve(key))),
  );

export async function passwordHash(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `scrypt$${salt.toString('hex')}$${(await derived(password, salt)).toString('hex')}`;
}
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [, salt = '', key = ''] = kept.split('$');
  const right = Buffer.from(key, 'hex');
  const given = await derived(password, Buffer.from(salt, 'hex'));
  return right.length === LENGTH && timingSafeEqual(given, right);
}
