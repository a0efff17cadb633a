import { table } from './table.ts';

/** What is not the event's and stays, or would stay, in its groups; nothing when there is none. */
export const leftTable = (
  left: readonly { name: string; type: string; why: string }[] = [],
  heading = "LEFT, NOT THE EVENT'S",
): string[] =>
  left.length === 0
    ? []
    : [
        '\n',
        table(
          [heading, 'TYPE', 'WHY'],
          left.map(({ name, type, why }) => [name, type, why]),
        ),
      ];
