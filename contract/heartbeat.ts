/** `POST /api/agents/heartbeat`: a mixer says how it is and hears what to do. */
import { z } from 'zod';
import { LANGUAGE } from './language.ts';
import { clip, other, type Problem, problemSchema, readProblem } from './problems.ts';

/** Path of the door, without leading slash. */
export const HEARTBEAT_ROUTE = 'api/agents/heartbeat';

/** Seconds between heartbeats that an agent accepts; beyond them it takes the nearest. */
const [FASTEST, SLOWEST] = [0.2, 300];
export const intervalSchema = z
  .number()
  .positive()
  .transform((seconds) => Math.min(Math.max(seconds, FASTEST), SLOWEST));

/** `missing`: the mixing program has no such source. */
export const SOURCE_STATES = ['alive', 'silent', 'missing'] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

const speaker = {
  deploymentId: z.string().min(5).max(60),
  language: z
    .string()
    .max(40)
    .optional()
    .describe('A language of the event; it says who speaks where no component does'),
  component: z.string().max(40).optional().describe('Where the language alone does not say which component it is'),
} as const;
function saysWho(
  { language, component }: { language?: string | undefined; component?: string | undefined },
  ctx: z.core.$RefinementCtx,
) {
  if (component === undefined && !LANGUAGE.test(language ?? ''))
    ctx.addIssue({ code: 'custom', path: ['language'], message: 'must be a language of the event' });
}

/** Who speaks: the only part that can be refused, beside the proof. */
export const speakerSchema = z.looseObject(speaker).superRefine(saysWho);

const heartbeat = z.looseObject({
  ...speaker,
  streaming: z.boolean().describe('The stream is up and accepted by its server'),
  scene: z.string().nullish(),
  reconnects: z.number().int().min(0).optional().describe("Times the stream's connection was lost"),
  droppedFrames: z.number().int().min(0).optional(),
  acceptedBytes: z.number().int().min(0).optional().describe('Bytes that the destination has acknowledged'),
  acceptedPictures: z.number().int().min(0).optional().describe('Pictures within what it has acknowledged'),
  acceptedSounds: z.number().int().min(0).optional().describe('Frames of sound within what it has acknowledged'),
  sources: z.record(z.string(), z.enum(SOURCE_STATES)).optional().describe('State by source'),
  problems: z.array(problemSchema).optional().describe('Why the mixer is unwell; empty when it is well'),
  warnings: z.array(problemSchema).optional().describe('What people should know and no restart heals'),
});
/** What a well-formed agent sends. Agents of a later version may say more, and are heard (`readHeartbeat`). */
export const heartbeatSchema = heartbeat.superRefine(saysWho);
/** What every agent says; each may say more. */
export type Report = Required<Pick<z.output<typeof heartbeatSchema>, 'deploymentId' | 'language' | 'streaming'>> & {
  scene: string | null;
  reconnects: number;
  droppedFrames: number;
  sources: Record<string, SourceState>;
  problems: Problem[];
  warnings: Problem[];
  acceptedBytes?: number;
  acceptedPictures?: number;
  acceptedSounds?: number;
};

/** What is wanted of a mixer. */
export const desiredSchema = z.object({
  streaming: z.boolean(),
  scene: z.string(),
  /** The programme's sound for this language: an ISO 639 code or a track's number (stream-id.ts); as the mixer was made when left out. */
  audio: z.string().optional(),
  /** Restart the mixing program once per new id. */
  restartId: z.string().optional(),
  /** Read the stream key again once per new id. */
  rereadId: z.string().optional(),
});
export type Desired = z.output<typeof desiredSchema>;
/** What a heartbeat is answered. */
export const answerSchema = desiredSchema.extend({
  intervalSeconds: z.number().positive(),
  pictureSeconds: z
    .number()
    .positive()
    .optional()
    .describe('Somebody looks: a picture in as many seconds (pictures.ts)'),
});

/** What is kept of a heartbeat. */
export interface Heartbeat {
  /** ISO 8601, when the door received it. */
  at: string;
  streaming: boolean;
  scene?: string;
  reconnects?: number;
  droppedFrames?: number;
  /** What the destination has acknowledged, of agents that know: proof that the stream arrives. */
  acceptedBytes?: number;
  acceptedPictures?: number;
  acceptedSounds?: number;
  /** State by source name; in an agent's own word where it is of another version. */
  sources?: Record<string, string>;
  /** Why the agent is unwell; empty when well. */
  problems?: Problem[];
  /** What people should know and no restart heals; also which parts of the heartbeat could not be taken as they were. */
  warnings?: Problem[];
}

/** The most that is kept: the entity's state must stay small. */
const MOST = { scene: 100, sources: 8, name: 40, state: 100, problems: 10 };

/**
 * Reads a heartbeat so that it is always heard: a mixer that is not heard is restarted, whatever the reason. All but who speaks is
 * clipped, clamped or ignored where it is odd, and that is shown (`warnings`).
 * @param at ISO 8601, when the door received it
 */
export function readHeartbeat(body: Record<string, unknown>, at: string): Heartbeat {
  const odd = new Set<string>();
  const text = (field: string, value: string, most: number): string => {
    if (value.length > most) odd.add(field);
    return clip(value, most);
  };
  const count = (field: string): number | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    const known = typeof value === 'number' && !Number.isNaN(value);
    const clamped = known ? Math.round(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)) : undefined;
    if (clamped !== value) odd.add(field);
    return clamped;
  };
  const problemsIn = (field: string): Problem[] | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    const all: unknown[] = Array.isArray(value) ? value : [value];
    const said = all.flatMap((each) => readProblem(each) ?? []);
    const words = (each: unknown) => (typeof each === 'string' ? each : (each as { text?: unknown } | null)?.text);
    const long = all.some((each) => String(words(each) ?? '').length > clip(String(words(each) ?? '')).length);
    if (said.length < all.length || said.length > MOST.problems || !Array.isArray(value) || long) odd.add(field);
    return said.slice(0, MOST.problems);
  };
  const { streaming, scene } = body;
  if (typeof streaming !== 'boolean') odd.add('streaming');
  if (typeof scene !== 'string' && scene !== undefined && scene !== null) odd.add('scene');
  const shown = typeof scene === 'string' && scene ? text('scene', scene, MOST.scene) : undefined;
  const sources = readSources(body.sources, odd, text);
  const reconnects = count('reconnects');
  const droppedFrames = count('droppedFrames');
  const [acceptedBytes, acceptedPictures, acceptedSounds] = [
    count('acceptedBytes'),
    count('acceptedPictures'),
    count('acceptedSounds'),
  ];
  const problems = problemsIn('problems');
  const warnings = problemsIn('warnings') ?? [];
  if (odd.size > 0) warnings.push(other(`parts of the heartbeat were clipped or ignored: ${[...odd].join(', ')}`));
  return {
    at,
    streaming: streaming === true,
    ...(shown === undefined ? {} : { scene: shown }),
    ...(reconnects === undefined ? {} : { reconnects }),
    ...(droppedFrames === undefined ? {} : { droppedFrames }),
    ...(acceptedBytes === undefined ? {} : { acceptedBytes }),
    ...(acceptedPictures === undefined ? {} : { acceptedPictures }),
    ...(acceptedSounds === undefined ? {} : { acceptedSounds }),
    ...(sources === undefined ? {} : { sources }),
    ...(problems === undefined ? {} : { problems }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** States of sources as short texts. */
function readSources(
  value: unknown,
  odd: Set<string>,
  text: (field: string, value: string, most: number) => string,
): Record<string, string> | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    odd.add('sources');
    return undefined;
  }
  const all = Object.entries(value);
  const said = all.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (said.length < all.length || said.length > MOST.sources) odd.add('sources');
  return Object.fromEntries(
    said
      .slice(0, MOST.sources)
      .map(([name, state]) => [text('sources', name, MOST.name), text('sources', state, MOST.state)]),
  );
}
