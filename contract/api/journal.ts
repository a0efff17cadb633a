/** Answer of `GET /api/events/{event}/journal`. */
import { z } from 'zod';

export const journalEntrySchema = z.object({
  at: z.string().describe('ISO 8601 UTC'),
  code: z.string().describe('A stable word for programs'),
  text: z.string().describe('For people'),
});
export type JournalLine = z.output<typeof journalEntrySchema>;
export const journalSchema = z.object({ entries: z.array(journalEntrySchema) });
