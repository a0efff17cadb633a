/** Answer of `GET /api/status/{event}`; it holds no secret. Times are ISO 8601 UTC, null while unknown. */
import { z } from 'zod';
import { leftSchema } from './left.ts';
import { presentersSchema } from './source.ts';

const time = z.string().nullable();

const health = z.enum(['healthy', 'unhealthy', 'unknown']);

/** What a language hears of the programme now, as the relay says. */
export const heardSchema = z.object({
  track: z.number().nullable().describe('Number of the sound track that it gets; null while the programme has none'),
  language: z.string().nullable().describe('Of that track, as the encoder says'),
  peakDb: z
    .number()
    .nullable()
    .describe('Highest sample of the last second, dBFS; null before it is measured, which begins with `?levels=true`'),
  warning: z.string().nullable().describe('Why it is not what was asked for, or nothing'),
});
export type Heard = z.output<typeof heardSchema>;

const mixerSchema = z.object({
  language: z.string(),
  component: z.string(),
  host: z.string().nullable(),
  rdp: z.string().nullable(),
  health,
  audio: z.string().optional().describe("Which of the programme's sounds it gets: an ISO 639 code, a track or floor"),
  heard: heardSchema.optional().describe('While the relay says what the programme has'),
  streaming: z.boolean().nullable().optional().describe('As the mixer said last; null before its first word'),
  heardAt: time.optional().describe('When it was heard last'),
});

const componentSchema = z.object({
  component: z.string().describe('Its id: relay, mixer-french'),
  kind: z.string(),
  title: z.string(),
  each: z.string().nullable().describe('The language or number it is for'),
  host: z.string().nullable(),
  health,
  urls: z.record(z.string(), z.string()).describe('Addresses by the names that the template gives them'),
});

export type MixerConnection = z.output<typeof mixerSchema>;

export const eventStatusSchema = z.object({
  event: z.string(),
  title: z.string(),
  environment: z.string(),
  state: z.string(),
  since: z.string(),
  health: z.object({
    state: z.enum(['healthy', 'degraded', 'unknown']),
    since: z.string(),
    reasons: z.array(z.string()),
  }),
  template: z.string(),
  region: z.string(),
  languages: z.array(z.string()),
  resourceGroup: z.string(),
  deploymentId: z.string(),
  startsAt: time.describe('When it is to be ready, for one that was scheduled'),
  createdAt: time,
  readyAt: time,
  expiresAt: time,
  connection: z
    .object({
      srtUrl: z.string().optional(),
      slidesUrl: z.string().optional(),
      mixers: z.array(mixerSchema).describe('What speaks for each language'),
      components: z.array(componentSchema),
    })
    .nullable()
    .describe('Null when the event is leaving'),
  presenters: presentersSchema.nullable().optional().describe('Who sends the programme; null while nobody can say'),
  held: z.string().nullable().describe('What the tag `hold` of its group says, where that keeps it beyond its time'),
  left: z.array(leftSchema).describe("What is not the event's and was left in its groups"),
  cost: z.object({ perHour: z.number(), soFar: z.number(), currency: z.string() }),
  lastOperation: z
    .object({
      operationId: z.string(),
      command: z.string(),
      outcome: z.string(),
      at: z.string(),
      reason: z.string().optional(),
    })
    .nullable(),
  alerts: z
    .array(z.object({ component: z.string(), since: z.string(), title: z.string() }))
    .describe('Alerts that stand; `notifications` is no component but what people could not be told'),
});
export type EventStatus = z.output<typeof eventStatusSchema>;
