/**
 * What a mixer shows and sounds like, as data. Everything has a default; a template or an operator overrides what differs,
 * also per language, and the agent makes OBS match.
 */
import { z } from 'zod';

/** Sizes of the picture; what each means to OBS is the agent's (mixer/agent/profiles.ts). */
export const PROFILE_NAMES = ['720p30', '720p15', '1080p30', '360p15'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

const fraction = z.number().min(0).max(1);

/** A source on the picture; the box is in fractions of the picture, the source is fitted into it. */
const item = z.strictObject({
  source: z.enum(['programme', 'slides', 'background', 'title']),
  box: z
    .strictObject({ x: fraction, y: fraction, width: fraction, height: fraction })
    .prefault({ x: 0, y: 0, width: 1, height: 1 }),
});

/** How a source sounds. */
const audio = z.strictObject({
  muted: z.boolean().default(false),
  volumeDb: z.number().min(-100).max(26).default(0),
  /** -1 takes the left channel only, 1 the right: two languages may share one stereo pair. */
  balance: z.number().min(-1).max(1).default(0),
  /** Delays the sound against the picture. */
  syncOffsetMs: z.number().int().min(-950).max(20_000).default(0),
  /** OBS tracks the source goes to; streams are made of track 1. */
  tracks: z.array(z.int().min(1).max(6)).default([1]),
});

const inset = { x: 0.68, y: 0.66, width: 0.3, height: 0.3 };

export const layoutSchema = z.strictObject({
  profile: z.enum(PROFILE_NAMES).default('720p30'),
  audioKbps: z.int().min(32).max(320).default(128),
  /** Where the stream goes: an RTMP or RTMPS address without the key. */
  streamServer: z.url({ protocol: /^rtmps?$/ }).default('rtmps://a.rtmps.youtube.com:443/live2'),
  latencyMs: z.int().min(20).max(8000).default(200),
  /** Scene name -> sources from back to front. */
  scenes: z.record(z.string().min(1).max(60), z.array(item)).prefault({
    programme: [{ source: 'programme' }],
    'programme+slides': [{ source: 'slides' }, { source: 'programme', box: inset }],
    slides: [{ source: 'slides' }],
    slate: [{ source: 'background' }, { source: 'title', box: { x: 0.1, y: 0.3, width: 0.8, height: 0.4 } }],
  }),
  audio: z.strictObject({ programme: audio.prefault({}), slides: audio.prefault({ muted: true }) }).prefault({}),
});
export type Layout = z.infer<typeof layoutSchema>;
export type AudioSettings = z.infer<typeof audio>;
