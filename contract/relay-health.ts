/** What a relay says of itself on `GET /health`. Nothing here is secret or names an address: the page is public. */
import { z } from 'zod';

const count = z.number();

export const relayHealthSchema = z.object({
  status: z.enum(['ok', 'unable']),
  role: z.enum(['relay', 'slides']),
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
    /** Publishers refused because another one was connected, since the start. */
    secondPublishers: count,
    /** Why bytes come in and the slate is shown all the same. */
    problem: z.string().nullable(),
    /** What is left out of a programme that is on air. */
    warning: z.string().nullable(),
  }),
  source: z.enum(['programme', 'slate']),
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
