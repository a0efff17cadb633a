/** How every agent takes what the control plane answers: the one on a mixer, the light mixer, the simulated one, and the stand-in of media. */
import { z } from 'zod';
import { intervalSchema } from './heartbeat.ts';

const text = z.string().min(1).optional().catch(undefined);
/** The answer, field by field: one that is none, or of a later version, is ignored and the others count. */
const replySchema = z.object({
  streaming: z.boolean().optional().catch(undefined),
  scene: text,
  audio: text,
  restartId: text,
  rereadId: text,
  intervalSeconds: intervalSchema.optional().catch(undefined),
  pictureSeconds: intervalSchema.optional().catch(undefined),
});
export type Reply = z.output<typeof replySchema>;

/**
 * What an answer means. `gone`: the deployment is over, the stream ends. `unknown`: whoever answers knows nothing of this mixer (an
 * application that is being deployed, another version). That, like an answer that cannot be used, changes nothing on air.
 */
export type Heard =
  | { heard: 'reply'; reply: Reply }
  | { heard: 'gone' }
  | { heard: 'unknown' }
  | { heard: 'nothing'; why: string };

/** @param body as it came, JSON when all is well */
export function hear(status: number, body: string): Heard {
  if (status === 410) return { heard: 'gone' };
  if (status === 404) return { heard: 'unknown' };
  if (status < 200 || status > 299)
    return { heard: 'nothing', why: `the control plane answers ${status}: ${body.slice(0, 200)}` };
  try {
    const reply = replySchema.safeParse(JSON.parse(body));
    if (reply.success) return { heard: 'reply', reply: reply.data };
  } catch {
    // Told below.
  }
  return { heard: 'nothing', why: `the control plane answers ${status} and no JSON object` };
}

/** What an agent remembers of the answers it had. Plain JSON. */
export interface Memory {
  /** Seconds between heartbeats, as it was told last. */
  intervalSeconds: number;
  /** Answers in a row that said gone or unknown. */
  unwanted: number;
  /** An answer has come since the agent began. */
  heard: boolean;
  restartId?: string;
  rereadId?: string;
}
export const newMemory = (intervalSeconds: number): Memory => ({ intervalSeconds, unwanted: 0, heard: false });

/** What is to be done at once, beside what is wanted from now on. */
export interface Orders {
  restart: boolean;
  reread: boolean;
}

/**
 * Takes an answer in. Ids that stood in the first one are done: program and key are fresh at the start. An answer without ids, or with
 * garbled ones, does not make an old one new.
 */
export function remember(memory: Memory, heard: Heard): { memory: Memory; orders: Orders } {
  const none = { restart: false, reread: false };
  if (heard.heard === 'nothing') return { memory, orders: none };
  if (heard.heard !== 'reply') return { memory: { ...memory, unwanted: memory.unwanted + 1 }, orders: none };
  const { restartId, rereadId, intervalSeconds = memory.intervalSeconds } = heard.reply;
  const isNew = (id: string | undefined, before: string | undefined) =>
    memory.heard && id !== undefined && id !== before;
  return {
    memory: {
      ...memory,
      intervalSeconds,
      unwanted: 0,
      heard: true,
      ...(restartId === undefined ? {} : { restartId }),
      ...(rereadId === undefined ? {} : { rereadId }),
    },
    orders: { restart: isNew(restartId, memory.restartId), reread: isNew(rereadId, memory.rereadId) },
  };
}

/** Where nobody wants anything of the mixer, it asks up to this much less often. */
const RAREST = 4;
/**
 * Seconds until the next heartbeat. Answers gone or unknown make it rarer step by step, so that one of them is no silence; a control
 * plane that is merely away is asked as ever.
 */
export const secondsToNext = ({ intervalSeconds, unwanted }: Memory): number =>
  intervalSeconds * Math.min(2 ** Math.max(0, unwanted - 1), RAREST);
