/** What a relay says of itself on `GET /health`. Nothing here is secret or names an address: the page is public. */
import { z } from 'zod';
import { WANTED_PRESENTERS } from './presenters.ts';

const count = z.number();

/** One of the two who may publish, each with a place of its own on the ingest port (stream id `backup`, or anything else). */
export const presenterSchema = z.object({
  connected: z.boolean(),
  /** Bits per second over the last two seconds. */
  bitrate: z.number(),
  /** SRT's buffer as agreed on, ms; null while nobody is there. */
  latencyMs: z.number().nullable(),
  /** Why it could not go on air; null when it could, or nothing comes. */
  problem: z.string().nullable(),
});
/** A sound track of the programme on air. */
export const trackSchema = z.object({
  /** From 1 on, in the order of the stream's table. */
  track: z.number(),
  /** ISO 639 code as the presenter's encoder says it. */
  language: z.string().nullable(),
  codec: z.string(),
  /** Bits per second; 0 while nothing of it comes. */
  bitrate: z.number(),
  /** Highest sample of the last second, dBFS; null while nobody asks (`GET /health?levels`). */
  peakDb: z.number().nullable(),
  /** Short-term loudness of EBU R 128, the last three seconds, LUFS; null likewise. */
  loudnessLufs: z.number().nullable(),
});
/** A sound that callers ask for. */
export const wishSchema = z.object({
  /** ISO 639 code or number of a track. */
  wish: z.string(),
  callers: z.number(),
  /** What they get; null when the programme has none such, and they get the floor's. */
  track: z.number().nullable(),
});

export const relayHealthSchema = z.object({
  status: z.enum(['ok', 'unable']),
  role: z.enum(['relay', 'slides']),
  /** Of the presenter on air; of the last one while the slate is shown. */
  input: z.object({
    /** A presenter is connected and bytes came within the last 1.5 s, or the agreed buffer is being filled. */
    connected: z.boolean(),
    /** Bits per second over the last two seconds. */
    bitrate: z.number(),
    lastPacketAgeMs: z.number().nullable(),
    /** SRT's buffer as presenter and relay agreed on it, ms: so much later everything is on air. */
    latencyMs: z.number().nullable(),
    /** Packets missing by their continuity counters, since the start. */
    continuityErrors: count,
    /** Bytes that belonged to no transport packet, since the start. */
    droppedBytes: count,
    /** Time stamps far from the others or from the wall clock, replaced or left out, since the start. */
    strayTimes: count,
    /** Publishers refused because their place was taken, since the start. */
    secondPublishers: count,
    /** Why bytes come in and the slate is shown all the same. */
    problem: z.string().nullable(),
    /** What is left out of a programme that is on air. */
    warning: z.string().nullable(),
  }),
  source: z.enum(['programme', 'slate']),
  presenters: z.object({
    /** Who is on air; null while the slate is. */
    onAir: z.enum(['main', 'backup']).nullable(),
    /** As it was told last (relay-control.ts). */
    wanted: z.enum(WANTED_PRESENTERS),
    /** Times that one took over from the other, since the start. */
    takeovers: count,
    main: presenterSchema,
    backup: presenterSchema,
  }),
  tracks: z.array(trackSchema),
  wishes: z.array(wishSchema),
  callers: count,
  /** Connections refused for a wrong or missing passphrase, on both ports, since the start. */
  rejected: count,
  /** Ends of a pipeline process that nobody asked for, since the start. */
  restarts: count,
  /** Times a presenter was let go because it had fallen silent: agreed buffer run dry, and 2.5 s more. */
  recycles: count,
  /** Times the callers' side was stuck and pictures were left out. */
  stalls: count,
  uptimeSeconds: z.number(),
});
export type RelayHealth = z.output<typeof relayHealthSchema>;

/** Characters that what a relay says of itself may have. */
const LONGEST = 16_384;

/** A relay's words as far as they can be read: JSON of an object, whatever it holds; undefined when it is none or far too long. */
export function readRelayHealth(text: string): Record<string, unknown> | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
