/**
 * What ails a mixer, as its agent reports it: a closed set of codes, each with its parameters and its words. Programs decide by the
 * code (domain/lifecycle/causes.ts); people read the words, which are made here and nowhere else.
 */
import { z } from 'zod';

export const SOURCES = ['programme', 'slides'] as const;
export type Source = (typeof SOURCES)[number];
const source = z.enum(SOURCES);
/** Longest text of a problem that is in words. */
const LONGEST = 200;

/** Half a pair at the cut is no character: stores and other readers would refuse it. */
export const clip = (text: string, most = LONGEST): string => text.slice(0, most).toWellFormed();

export const problemSchema = z.discriminatedUnion('code', [
  /** A source gives no picture, though the agent has tried to begin it anew: usually it is its sender. */
  z.object({ code: z.literal('source-silent'), source }),
  /** The mixing program knows no such source: somebody renamed or removed it. */
  z.object({ code: z.literal('source-missing'), source }),
  z.object({ code: z.literal('program-not-running') }),
  /** The mixing program runs, and somebody changed the password. */
  z.object({ code: z.literal('password-refused') }),
  z.object({ code: z.literal('stream-not-connected') }),
  /** The destination answers and takes no stream with this key; its own words. */
  z.object({ code: z.literal('stream-refused'), reason: z.string().max(LONGEST) }),
  z.object({ code: z.literal('stream-key-absent') }),
  z.object({ code: z.literal('vault-unreadable') }),
  z.object({ code: z.literal('too-slow') }),
  z.object({ code: z.literal('request-refused'), request: z.string().max(LONGEST), reason: z.string().max(LONGEST) }),
  /** In words only: of an agent of another version, or about it. */
  z.object({ code: z.literal('other'), text: z.string().max(LONGEST) }),
]);
export type Problem = z.output<typeof problemSchema>;
export type ProblemCode = Problem['code'];

export const other = (text: string): Extract<Problem, { code: 'other' }> => ({ code: 'other', text: clip(text) });

/** A problem in words, for people. */
export function problemText(problem: Problem): string {
  switch (problem.code) {
    case 'source-silent':
      return `the ${problem.source} source is silent`;
    case 'source-missing':
      return `the ${problem.source} source is not there`;
    case 'program-not-running':
      return 'OBS is not running';
    case 'password-refused':
      return "OBS does not take the agent's password";
    case 'stream-not-connected':
      return 'the stream is not connected';
    case 'stream-refused':
      return clip(`the destination refuses the stream: ${problem.reason}`);
    case 'stream-key-absent':
      return 'there is no stream key in the vault';
    case 'vault-unreadable':
      return 'the vault cannot be read';
    case 'too-slow':
      return 'the machine is too slow for the picture size';
    case 'request-refused':
      return clip(`OBS refuses ${problem.request}: ${problem.reason}`);
    case 'other':
      return problem.text;
  }
}

/** A problem with its words: who reads it need not know every code. */
export const inWords = (problem: Problem): Problem & { text: string } => ({ ...problem, text: problemText(problem) });

/**
 * A problem as somebody else wrote it. A code that is not known here is of an agent of another version: it counts, in its own words
 * (`text`) or by its name. Undefined for what says nothing.
 */
export function readProblem(value: unknown): Problem | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : other(value);
  if (typeof value !== 'object' || value === null) return undefined;
  const known = problemSchema.safeParse(value);
  if (known.success) return known.data;
  const { code, text } = value as { code?: unknown; text?: unknown };
  return readProblem(
    typeof text === 'string' && text.trim() !== '' ? text : typeof code === 'string' ? code : undefined,
  );
}
