/** What every refusal looks like: RFC 9457 problem details. */
import { z } from 'zod';

export const problemDetailsSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What is wrong and what to do'),
  errors: z
    .array(
      z.object({ path: z.string().describe('As one would write it in code: `languages[1]`'), message: z.string() }),
    )
    .optional(),
  state: z.string().optional().describe('Of the event, where it is the reason'),
});
export type ProblemDetails = z.output<typeof problemDetailsSchema>;
export type FieldError = NonNullable<ProblemDetails['errors']>[number];
