/**
 * IPv4 ranges as Azure takes them in security rules, and how much of the internet several let in together. The mixers'
 * public addresses are IPv4, so no other family can reach them.
 */
export interface Range {
  /** First address, as a number. */
  first: number;
  /** Last address. */
  last: number;
}

/** Addresses that operators may come from at most, all ranges together: as many as a /8 has. */
const MOST = 2 ** 24;

/** Ranges that no packet from the internet has as its source (RFC 1918): they open nothing to the world. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** What no packet has as its source (RFC 1122, RFC 1112): nobody comes from there, and tools read `0.0.0.0` as everybody. */
const NOBODY = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'];

const OCTET = '(0|[1-9]\\d{0,2})';
const CIDR = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}(?:/(0|[1-9]\\d?))?$`);

const written = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** A canonical address (one of itself) or range, or why the text is none. */
export function readCidr(text: string): Range | string {
  const match = CIDR.exec(text);
  const octets = (match?.slice(1, 5) ?? []).map(Number);
  const bits = Number(match?.[5] ?? 32);
  if (!match || octets.some((octet) => octet > 255) || bits > 32)
    return 'must be an IPv4 address or range such as 203.0.113.0/24, its numbers without leading zeros';
  const address = octets.reduce((value, octet) => value * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  const first = address - (address % size);
  if (first !== address)
    return `has bits behind its prefix, which Azure refuses: the range is ${written(first)}/${bits}`;
  return { first, last: first + size - 1 };
}

/** The same addresses as ranges that neither overlap nor touch, in order. */
function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1);
    if (before && range.first <= before.last + 1) before.last = Math.max(before.last, range.last);
    else result.push({ ...range });
  }
  return result;
}

const common = (a: Range, b: Range): number => Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);

/** How many addresses of the internet the ranges hold together. */
function publicAddresses(ranges: readonly Range[]): number {
  const hidden = PRIVATE.map(readCidr).filter((range) => typeof range !== 'string');
  return merged(ranges).reduce(
    (sum, range) =>
      sum + (range.last - range.first + 1) - hidden.reduce((inside, one) => inside + common(range, one), 0),
    0,
  );
}

/** Whether ranges together let in more than operators can be: the internet, in one piece or in many. */
export const tooOpen = (ranges: readonly Range[]): boolean => publicAddresses(ranges) > MOST;
export const TOO_OPEN = `must not hold more than ${MOST} addresses (as many as a /8): that would be open to the internet`;

/**
 * What is wrong with ranges of which each alone is right: a range inside another (Azure: OverlappingSubnetsNotPermittedInSecurityRule),
 * or so many addresses together that they are the internet.
 * @returns problems, with the index of the range where one is to blame
 */
export function rangesProblems(ranges: readonly Range[]): { index?: number; message: string }[] {
  const problems: { index?: number; message: string }[] = ranges.flatMap((range, index) =>
    ranges.slice(0, index).some((other) => common(range, other) > 0)
      ? [{ index, message: 'overlaps a range before it, which Azure refuses: leave one of them out' }]
      : [],
  );
  const nobody = NOBODY.map(readCidr).filter((range) => typeof range !== 'string');
  for (const [index, range] of ranges.entries())
    if (nobody.some((one) => common(range, one) > 0))
      problems.push({ index, message: 'holds addresses that nobody comes from (0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/3)' });
  if (tooOpen(ranges)) problems.push({ message: `together ${TOO_OPEN}` });
  return problems;
}

/** Whether `inner` lies in `outer` altogether. */
export const within = (outer: Range, inner: Range): boolean => inner.first >= outer.first && inner.last <= outer.last;

/** Whether two ranges share an address. */
export const overlap = (a: Range, b: Range): boolean => common(a, b) > 0;
