/** Asked by an orchestrator before it acts, and by an activity before it touches Azure: anyone with the host's key may start them. */
import type { z } from 'zod';
import { problemsOf } from '../request/problems.ts';

/** What is wrong with a value, in words; undefined when nothing is. Values themselves are never shown. */
export function inputProblem(schema: z.ZodType, value: unknown): string | undefined {
  const { error } = schema.safeParse(value);
  if (!error) return undefined;
  return problemsOf(error)
    .slice(0, 10)
    .map(({ path, message }) => `${path || 'the input'}: ${message}`)
    .join('; ');
}

/**
 * The value is taken as it came, so the schema must not transform.
 * @throws Error naming every field that is wrong
 */
export function mustBe<S extends z.ZodType>(schema: S, value: unknown, what: string): asserts value is z.infer<S> {
  const problem = inputProblem(schema, value);
  if (problem !== undefined) throw new Error(`Cannot ${what} as its input is not valid: ${problem}`);
}
