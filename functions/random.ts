import { ports } from '../ports/index.ts';

/** `bytes` random bytes as lower-case hexadecimal digits. */
export const randomHex = (bytes: number): string => Buffer.from(ports().random(bytes)).toString('hex');
