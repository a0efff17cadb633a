/** The training ground: faults by name, where a simulator stands in for Azure. */
import { z } from 'zod';
import { EXERCISES } from '../exercises.ts';

export const exerciseSchema = z.strictObject({
  exercise: z.enum(EXERCISES).describe('What goes wrong'),
  event: z.string().max(200).optional().describe('Of which event; of any by default'),
  language: z.string().max(50).optional().describe('Of which language, where it is about one'),
});
export type ExerciseRequest = z.output<typeof exerciseSchema>;

export const trainingSchema = z.object({
  running: z.array(exerciseSchema.extend({ hits: z.number().optional().describe('How often it has struck') })),
});
export type Training = z.output<typeof trainingSchema>;
