/**
 * What a heartbeat says, read so that it is always heard: a mixer that is not heard is restarted, whatever the reason. Who speaks must
 * be plain; everything else is clipped, clamped or ignored, and that is counted and shown (`warnings` of the mixer).
 */
import { z } from 'zod';
import type { Heartbeat } from '../activities/mixer-entity.ts';
import { LANGUAGE } from '../domain/names.ts';

/** What is kept of a heartbeat: the entity's state must stay small. */
const MOST = { scene: 100, sources: 8, name: 40, state: 100, lines: 10, line: 200 };

/** Who speaks: the only part that can be refused, beside the proof. */
export const speakerSchema = z.looseObject({
  deploymentId: z.string().min(5).max(60),
  language: z.string().regex(LANGUAGE, 'must be a language of the event'),
});

/** For OpenAPI: what a well-formed agent sends. Agents of a later version may say more. */
export const heartbeatSchema = speakerSchema.extend({
  streaming: z.boolean(),
  scene: z.string().nullish(),
  reconnects: z.number().int().min(0).optional(),
  droppedFrames: z.number().int().min(0).optional(),
  sources: z.record(z.string(), z.unknown()).optional().describe('State by source'),
  problems: z.array(z.string()).optional().describe('Why the mixer is unwell; empty when it is well'),
  warnings: z.array(z.string()).optional().describe('What people should know and no restart heals'),
});

/** @param at ISO 8601, when the door received it */
export function readHeartbeat(body: Record<string, unknown>, at: string): Heartbeat {
  const odd = new Set<string>();
  const text = (field: string, value: string, most: number): string => {
    if (value.length > most) odd.add(field);
    // Half a pair at the cut is no character: stores and other readers would refuse it.
    return value.slice(0, most).toWellFormed();
  };
  const count = (field: string): number | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    const known = typeof value === 'number' && !Number.isNaN(value);
    const clamped = known ? Math.round(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)) : undefined;
    if (clamped !== value) odd.add(field);
    return clamped;
  };
  const lines = (field: string): string[] | undefined => {
    const value = body[field];
    if (value === undefined || value === null) return undefined;
    const all = Array.isArray(value) ? value : [value];
    const said = all.filter((line): line is string => typeof line === 'string' && line.trim() !== '');
    if (said.length < all.length || said.length > MOST.lines || !Array.isArray(value)) odd.add(field);
    return said.slice(0, MOST.lines).map((line) => text(field, line, MOST.line));
  };
  const { streaming, scene } = body;
  if (typeof streaming !== 'boolean') odd.add('streaming');
  if (typeof scene !== 'string' && scene !== undefined && scene !== null) odd.add('scene');
  const shown = typeof scene === 'string' && scene ? text('scene', scene, MOST.scene) : undefined;
  const sources = readSources(body.sources, odd, text);
  const reconnects = count('reconnects');
  const droppedFrames = count('droppedFrames');
  const problems = lines('problems');
  const warnings = lines('warnings') ?? [];
  if (odd.size > 0) warnings.push(`parts of the heartbeat were clipped or ignored: ${[...odd].join(', ')}`);
  return {
    at,
    streaming: streaming === true,
    ...(shown === undefined ? {} : { scene: shown }),
    ...(reconnects === undefined ? {} : { reconnects }),
    ...(droppedFrames === undefined ? {} : { droppedFrames }),
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
