/** Operations of the entities: anyone with the host's key may signal them. */
import { z } from 'zod';
import { sourceSchema } from '../../contract/relay-control.ts';
import { COMPONENT_ID } from '../component.ts';
import { LANGUAGE } from '../names.ts';
import { deploymentId, instant, seconds } from './fields.ts';
import { type Message, messageSchema } from './message.ts';

const language = z.string().regex(LANGUAGE, 'is no language');
const complaints = z.array(z.looseObject({ code: z.string().max(100) })).max(100);
const word = z.string().max(200);
/** Operations of a mixer's entity, which is believed as the mixer is. */
export const agentInputs = {
  hear: z.looseObject({
    at: instant,
    streaming: z.boolean(),
    scene: word.optional(),
    reconnects: z.number().optional(),
    droppedFrames: z.number().optional(),
    sources: z.record(z.string(), z.string()).optional(),
    problems: complaints.optional(),
    warnings: complaints.optional(),
  }),
  want: z.strictObject({
    streaming: z.boolean().optional(),
    scene: word.optional(),
    restartId: word.optional(),
    audio: word.optional(),
    rereadId: word.optional(),
  }),
  tell: z.looseObject({ healthy: z.boolean(), problems: complaints }),
} as const;

/** Operations of the entity that holds which presenter is wanted; its key is the deployment, which `forget` must name. */
export const presenterInputs = { want: z.strictObject(sourceSchema.shape), forget: deploymentId } as const;

/** Operations of the entity that keeps what was put into an inbox; its key is the deployment, which both must name. */
export const postedInputs = {
  post: (key: string): z.ZodType<Message> =>
    messageSchema.and(z.object({ deploymentId: deploymentId.refine((id) => id === key, 'is not this deployment') })),
  forget: deploymentId,
} as const;

/** Input of an agent's `forget`: the deployment that its key `<deploymentId>-<component>` begins with. */
export const agentKeyOf = (key: string): z.ZodType =>
  deploymentId.refine(
    (id) => key.startsWith(`${id}-`) && COMPONENT_ID.test(key.slice(id.length + 1)),
    'is not the deployment of this mixer',
  );

const record = z.record(z.string(), z.unknown());
const scheduleName = z.string().regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'is no name of a schedule');
const outcome = z.looseObject({ occurrence: instant, deploymentId: deploymentId.optional() });

/** Operations of the entity that holds the schedules. */
export const scheduleInputs = {
  put: z.looseObject({
    name: scheduleName,
    days: z.array(z.string()).min(1).max(7),
    at: z.string().regex(/^\d\d:\d\d$/, 'is no time of day'),
    timeZone: z.string().min(1).max(80),
    aheadSeconds: seconds,
    paused: z.boolean(),
    request: record,
    keys: z.array(language).max(1000),
  }),
  outcome: z.looseObject({ name: scheduleName, last: outcome }),
  remove: scheduleName,
} as const;
