/** Starts, stops, restarts and redeploys one machine or container group (pause, resume, remediation). */
import { type Begun, endOf, poll as pollOperation } from '../azure/operations.ts';
import { isTaggedOurs, type Tags, tagOf } from '../domain/ownership.ts';
import type { NodeFacts, NodeStep } from '../domain/seam/node.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { activitiesOf } from './kinds/index.ts';
import { OFF } from './kinds/kind.ts';
import { armId, failedStep } from './resource.ts';

type Context = NodeContext<'power'>;
interface Token {
  operation?: string;
  /** The operation failed for a reason that passes. */
  resend?: true;
  /** When the request was sent; ms since the epoch. */
  sentAt?: number;
  /** It was off before anything was sent, and since when where Azure says so; ms since the epoch. */
  wasOff?: true;
  offAt?: number;
}

const id = ({ input, spec }: Context): string => armId(input, activitiesOf(spec.of).switch.type, spec.name);

/** One look tells both whether it may be touched and how it stands; undefined when the resource is absent. */
const look = (context: Context) => activitiesOf(context.spec.of).switch.look(context);

const wanted = ({ spec }: Context): string => (spec.action === 'stop' ? activitiesOf(spec.of).switch.off : 'running');

/** What is off can neither be restarted nor redeployed: Azure refuses both (`OperationNotAllowed`), and starting it is what helps. */
/** On its way to being off; what is sent meanwhile is refused. */
const GOING_OFF = ['deallocating', 'stopping'];

const send = (context: Context, action: Context['spec']['action']): Promise<Begun> =>
  activitiesOf(context.spec.of).switch.send(context, id(context), action);

const running = (token: Token, afterSeconds?: number, detail?: string): NodeStep => ({
  step: 'running',
  token: JSON.stringify(token),
  ...(afterSeconds === undefined ? {} : { afterSeconds }),
  ...(detail === undefined ? {} : { detail }),
});

const absent = (context: Context): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'conflict',
    code: 'ResourceNotFound',
    message: `Cannot ${context.spec.action} ${id(context)} as it does not exist`,
    resource: id(context),
    advice: 'recreate the component: stream-control remediate <event> <component>',
  },
});

/** A machine that was given to somebody else is not ours to switch, whatever its name is. */
const foreign = (context: Context, tags: Tags | undefined): NodeStep => ({
  step: 'failed',
  failure: {
    class: 'foreign',
    code: 'ForeignResource',
    message: `Cannot ${context.spec.action} ${id(context)} as its tags name another deployment (${tagOf(tags, 'deployment') ?? 'none'})`,
    resource: id(context),
    advice: 'restore its tag `deployment` if it is the event’s',
  },
});

/**
 * Facts for the ledger: `at`, since when it is so, `wasOff`, and since when it was.
 * @param endedAt as the operation says it, when it does
 */
const known = ({ spec }: Context, { sentAt, wasOff, offAt }: Token, endedAt = ports().now()): NodeFacts => ({
  at: activitiesOf(spec.of).switch.billedFromRequest ? (sentAt ?? endedAt) : endedAt,
  ...(wasOff ? { wasOff } : {}),
  ...(offAt === undefined ? {} : { offAt }),
});

async function judge(context: Context, token: Token, endedAt?: number): Promise<NodeStep> {
  const seen = await look(context);
  if (seen === undefined) return absent(context);
  const { power: now } = seen;
  const { operation: _, ...rest } = token;
  return now === wanted(context) ? { step: 'done', facts: known(context, token, endedAt) } : running(rest, 5, now);
}

async function begin(context: Context, before: Token): Promise<NodeStep> {
  const seen = await look(context);
  if (seen === undefined) return absent(context);
  if (!isTaggedOurs(seen.tags, context.input.deploymentId)) return foreign(context, seen.tags);
  const { power: now } = seen;
  const { action } = context.spec;
  // Off by nobody here: what it cost ended when Azure took it.
  const off = action !== 'stop' && (before.sentAt === undefined ? OFF.includes(now) : before.wasOff === true);
  const offAt = before.sentAt === undefined ? seen.offAt : before.offAt;
  const token: Token = {
    sentAt: before.sentAt ?? ports().now(),
    ...(off ? { wasOff: true } : {}),
    ...(off && offAt !== undefined ? { offAt } : {}),
  };
  if ((action === 'start' || action === 'stop') && now === wanted(context))
    return { step: 'done', facts: known(context, token) };
  if (action !== 'stop' && GOING_OFF.includes(now)) return running({ ...token, resend: true }, 5, now);
  const begun = await send(context, action !== 'stop' && OFF.includes(now) ? 'start' : action);
  return begun.done ? await judge(context, token) : running({ ...token, operation: begun.token }, begun.afterSeconds);
}

export const power: NodeHandler<'power'> = {
  begin: (context) => begin(context, {}),
  async poll(context, sealed) {
    const { resend, ...token } = JSON.parse(sealed) as Token;
    if (resend) return await begin(context, token);
    if (token.operation === undefined) return await judge(context, token);
    const seen = await pollOperation(context.azure, token.operation, id(context));
    switch (seen.state) {
      case 'running':
        return running({ ...token, operation: seen.token }, seen.afterSeconds);
      case 'failed': {
        const { failure, retryAfterSeconds } = seen.classified;
        const { operation: _, ...rest } = token;
        return retryAfterSeconds === undefined
          ? { step: 'failed', failure, facts: known(context, token) }
          : running({ ...rest, resend: true }, retryAfterSeconds, failure.code);
      }
      case 'unseen':
        return seen.classified.retryAfterSeconds === undefined
          ? await judge(context, token)
          : failedStep(seen.classified);
      case 'succeeded':
        return await judge(context, token, endOf(seen.body));
    }
  },
};
