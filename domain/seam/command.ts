import { z } from 'zod';
import { parseInstant } from '../instant.ts';
import { LANGUAGE } from '../names.ts';
import { RUNGS } from '../template/schema.ts';

const component = z.string().max(4000);
const languages = z.array(z.string().regex(LANGUAGE)).max(50);
const byLanguage = z.record(z.string().regex(LANGUAGE), z.string().max(40));

/** What a person or program asks of an existing event; deploy itself starts the lifecycle. */
export const commandSchema = z.discriminatedUnion('command', [
  z.object({ command: z.literal('teardown') }),
  /** `until` ISO 8601; `ttlSeconds` counts from the creation of the group. Exactly one. */
  z.object({
    command: z.literal('extend'),
    until: z
      .string()
      .refine((value) => parseInstant(value) !== undefined)
      .exactOptional(),
    ttlSeconds: z.number().exactOptional(),
  }),
  /** Stream keys of added languages are in the vault before the command is sent. */
  z.object({
    command: z.literal('languages'),
    add: languages,
    remove: languages,
    keysGiven: z.boolean(),
    /** Of added ones: how they are mixed, where it is not the usual way. */
    mixing: byLanguage.exactOptional(),
    /** Of added ones: which sound of the programme they get, where it is not the usual one. */
    audio: byLanguage.exactOptional(),
  }),
  z.object({ command: z.literal('pause') }),
  z.object({ command: z.literal('resume') }),
  /** Make the event anew in the next region of its request; what stands in the lost one is removed when it can be. */
  z.object({ command: z.literal('relocate') }),
  /** So many of a counted component. */
  z.object({ command: z.literal('scale'), component, count: z.int().nonnegative() }),
  /** Another image for a component, in the container group it has. */
  z.object({ command: z.literal('replace'), component, image: z.string().max(4000) }),
  z.object({ command: z.literal('remediate'), component, rung: z.enum(RUNGS).exactOptional() }),
]);
export type Command = z.infer<typeof commandSchema>;

export type CommandName = 'deploy' | Command['command'];

/** How doors name people who write in Teams, before their name: what came of a command is answered there. */
export const TEAMS = 'teams:';
