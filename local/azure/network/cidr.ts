/** IPv4 arithmetic on numbers; IPv6 is not simulated. */

export interface Range {
  /** First address, as a number. */
  base: number;
  size: number;
  bits: number;
}

export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    // With a leading zero some read octal: Azure refuses it.
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

export const formatAddress = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');

/** `10.0.0.0/24`; undefined when it is none. `base` is the address as written, see {@link aligned}. */
export function parseRange(text: string): Range | undefined {
  const [address = '', bits = '', more] = text.split('/');
  const base = parseAddress(address);
  if (base === undefined || !/^(0|[1-9]\d?)$/.test(bits) || Number(bits) > 32 || more !== undefined) return undefined;
  return { base, size: 2 ** (32 - Number(bits)), bits: Number(bits) };
}

/** The range of the same length that begins where it must. */
export const aligned = (range: Range): Range => ({ ...range, base: range.base - (range.base % range.size) });

export const formatRange = (range: Range): string => `${formatAddress(range.base)}/${range.bits}`;

export const contains = (outer: Range, inner: Range): boolean =>
  inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;

export const overlaps = (a: Range, b: Range): boolean => a.base < b.base + b.size && b.base < a.base + a.size;
