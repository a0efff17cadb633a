import { ArmError, type ArmErrorBody } from './arm-error.ts';

/**
 * One rule of Azure that the simulator enforces, as data: thrown by {@link refuse} and listed in docs/guide/simulator.md.
 * `text` is Azure's message with `{name}` holes.
 */
export interface Constraint {
  status: number;
  code: string;
  text: string;
  /** When it is answered. */
  when: string;
  /** Public page, issue thread or SDK file it was read in. */
  source: string;
  /** What of it was read in a public source: code and text, the text alone, the code alone, or neither (a likely guess). */
  verified: 'all' | 'text' | 'code' | 'no';
}

/** The text of a constraint with its holes filled. */
export const fill = (text: string, holes: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => String(holes[name] ?? hole));

/** The error that a constraint answers with; throw it. */
export const refuse = (
  constraint: Constraint,
  holes: Readonly<Record<string, string | number>> = {},
  more?: Omit<ArmErrorBody, 'code' | 'message'> & { headers?: Record<string, string> },
): ArmError => new ArmError(constraint.status, constraint.code, fill(constraint.text, holes), more);
