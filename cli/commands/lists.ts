/** `a, b,c` as a list; undefined stays undefined, empty words are dropped. */
export const list = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((word) => word.trim())
    .filter(Boolean);
