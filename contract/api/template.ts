/** Answers of `GET /api/templates` and `/api/templates/{name}`, as far as whoever asks for an event needs them. */
import { z } from 'zod';

const COMMON = {
  name: z.string(),
  version: z.number(),
  title: z.string(),
  description: z.string(),
  languages: z
    .array(z.string())
    .optional()
    .describe('Where a request names none; absent where nothing is there for each'),
};

export const templateSummarySchema = z.object({
  ...COMMON,
  components: z
    .array(
      z.object({
        component: z.string(),
        kind: z.string(),
        each: z.literal('language').optional(),
        count: z.number().optional(),
      }),
    )
    .describe('What an event of it consists of'),
});
export const templateListSchema = z.object({ templates: z.array(templateSummarySchema) });
export type TemplateList = z.output<typeof templateListSchema>;

const parameterSchema = z.looseObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']),
  default: z.union([z.string(), z.number(), z.boolean()]),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type TemplateParameter = z.output<typeof parameterSchema>;

export const templateSchema = z.looseObject({
  ...COMMON,
  components: z.record(z.string(), z.looseObject({ kind: z.string() })),
  parameters: z.record(z.string(), parameterSchema),
  environments: z.record(z.string(), z.looseObject({ ttl: z.string(), regions: z.array(z.string()) })),
});
export type TemplateAnswer = z.output<typeof templateSchema>;
