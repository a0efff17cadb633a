/** Who may publish and play on a stream server: users and their tokens, and what its authorisation service is asked (contract/sealed.ts). */
import { z } from 'zod';
import { ACCESS_ROLES } from './access-roles.ts';

const SLUG = /^[a-z0-9][a-z0-9-]{0,39}$/;
const SLUG_SAYS = 'must be 1 to 40 of a-z, 0-9 and -, not beginning with -';
export const pathSchema = z.string().regex(SLUG, SLUG_SAYS);
export const userNameSchema = z.string().regex(SLUG, SLUG_SAYS);
/** A path, the beginning of paths (`camera-*`), or all (`*`). */
export const patternSchema = z
  .string()
  .regex(/^(?:[a-z0-9][a-z0-9-]{0,39}\*?|\*)$/, `${SLUG_SAYS}; * may stand at its end`);
/** Made by the control plane, never by people: 160 bits. One of a publisher is its stream key as well. */
export const TOKEN = /^[0-9a-f]{40}$/;
export const tokenIdSchema = z.string().regex(/^[0-9a-f]{12}$/, 'must be the id of a token, as `access` lists it');
const password = z.string().regex(/^[\x21-\x7e]{12,128}$/, 'must be 12 to 128 printable characters without spaces');

/** At most so many users, and tokens of each. */
export const MOST_USERS = 500;
export const MOST_TOKENS = 20;

/** Who gets what. Of somebody who is there already it takes the place; their tokens stay. */
export const grantSchema = z
  .strictObject({
    name: userNameSchema,
    role: z.enum(ACCESS_ROLES, `must be one of ${ACCESS_ROLES.join(', ')}`),
    paths: z.array(patternSchema).max(20).default([]).describe('What a publisher sends to, or a reader plays'),
    password: password.optional().describe('To log in with beside tokens; absent leaves it as it is'),
  })
  .superRefine(({ role, paths }, ctx) => {
    const refuse = (message: string) => ctx.addIssue({ code: 'custom', path: ['paths'], message });
    if (role === 'publish' && (paths.length !== 1 || paths[0]?.endsWith('*')))
      refuse('must be one path without *: what a publisher sends is seen there');
    if (role === 'read' && paths.length === 0) refuse('must name what may be played; * is everything');
    if (role === 'admin' && paths.length > 0) refuse('must be left out: an admin has all paths');
  });
export type Grant = z.output<typeof grantSchema>;

/** A user as others see them. */
export const userSchema = z.strictObject({
  name: z.string(),
  role: z.enum(ACCESS_ROLES),
  paths: z.array(z.string()),
  password: z.boolean().describe('Whether there is one'),
  tokens: z.array(z.strictObject({ id: z.string(), at: z.iso.datetime() })),
});
export type AccessUser = z.output<typeof userSchema>;

/** Somebody who sends or plays now. */
export const sessionSchema = z.strictObject({
  call: z.enum(['publish', 'play']),
  path: z.string(),
  user: z.string(),
  protocol: z.string(),
  since: z.iso.datetime(),
});
export const listedSchema = z.strictObject({ users: z.array(userSchema), sessions: z.array(sessionSchema) });
export type Listed = z.output<typeof listedSchema>;

const text = z.string().max(1024);
/** Somebody wants to send or play, or still does. */
export const askSchema = z.strictObject({
  do: z.literal('ask'),
  /** Of this connection, the same as long as it lives. */
  session: z.string().min(1).max(200),
  call: z.enum(['publish', 'play']),
  protocol: z.enum(['rtmp', 'srt', 'hls']),
  /** Where from; failures are counted by it. */
  from: z.string().max(100).default(''),
  /** What follows the application in an RTMP address; of SRT its stream id. */
  name: text,
  /** Proofs that came beside it. */
  token: text.optional(),
  user: text.optional(),
  password: text.optional(),
});
export type Ask = z.output<typeof askSchema>;

/** Why somebody is refused. */
export const REFUSALS = {
  malformed: 'it cannot be read',
  unknown: 'unknown or withdrawn',
  role: 'the role allows no such thing',
  path: 'not this path',
  taken: 'somebody else publishes there',
  busy: 'too many wrong attempts: wait a minute',
} as const;
export const verdictSchema = z.union([
  z.strictObject({ allow: z.literal(true), path: z.string(), user: z.string() }),
  z.strictObject({ allow: z.literal(false), reason: z.enum(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]) }),
]);
export type Verdict = z.output<typeof verdictSchema>;

/** What the service is asked in a seal. */
export const questionSchema = z.discriminatedUnion('do', [
  askSchema,
  z.strictObject({ do: z.literal('done'), session: z.string().min(1).max(200) }),
  z.strictObject({ do: z.literal('list') }),
  z.strictObject({ do: z.literal('grant'), grant: grantSchema, token: z.string().regex(TOKEN) }),
  z.strictObject({ do: z.literal('withdraw'), name: userNameSchema, token: tokenIdSchema.optional() }),
]);
export type Question = z.input<typeof questionSchema>;

export const grantedSchema = z.union([
  z.strictObject({ user: userSchema, token: z.string().describe('Its id') }),
  z.strictObject({ full: z.string() }),
]);
export const withdrawnSchema = z.strictObject({ withdrawn: z.boolean(), ended: z.number().int() });
