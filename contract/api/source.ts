/** Two presenters and who of them is on air: in the status of an event, and as the answer of `POST /api/events/{event}/source`. */
import { z } from 'zod';
import { sourceAnswerSchema } from '../relay-control.ts';
import { presenterSchema } from '../relay-health.ts';

const shown = presenterSchema.pick({ connected: true, bitrate: true, problem: true });

export const presentersSchema = z.object({
  component: z.string(),
  onAir: z.enum(['main', 'backup']).nullable().describe('Null while the slate is shown'),
  wanted: sourceAnswerSchema.shape.wanted.describe('As it was told last'),
  main: shown,
  backup: shown,
});
export type Presenters = z.output<typeof presentersSchema>;

export const sourceToldSchema = sourceAnswerSchema.extend({ event: z.string(), component: z.string() });
export type SourceTold = z.output<typeof sourceToldSchema>;
