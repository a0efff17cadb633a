/** A secret as it might hide: as it is, base64 (also inside a longer text: without its uncertain edges), percent-encoded. */
export const disguises = (secret: string): string[] => [
  secret,
  ...[0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + secret)
      .toString('base64')
      .slice(shift ? 4 : 0, -4),
  ),
  encodeURIComponent(secret),
];
