/** The health gate: one attempt after the other, until what is looked at is well or there have been too many. */

import { gateAttempts } from '../domain/plan/polling.ts';
import type { Complaint } from '../domain/seam/complaint.ts';
import type { Failure } from '../domain/seam/failure.ts';
import type { NodeFacts, NodeStep } from '../domain/seam/node.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import type { NodeContext, NodeHandler } from './handler.ts';

export type Look =
  | { healthy: true; facts?: NodeFacts }
  /** `hopeless`: it cannot become well by waiting. */
  | { healthy: false; reason: string; problems?: Complaint[]; hopeless?: true; facts?: NodeFacts };

/** One attempt of a check; the token counts them. */
function attempt(
  look: Look,
  nth: number,
  spec: { attempts: number; intervalSeconds: number },
  timeScale: number,
  resource: string,
): NodeStep {
  if (look.healthy) return look.facts ? { step: 'done', facts: look.facts } : { step: 'done' };
  if (!look.hopeless && nth < gateAttempts(spec.attempts, spec.intervalSeconds, timeScale))
    return { step: 'running', token: String(nth + 1), afterSeconds: spec.intervalSeconds, detail: look.reason };
  const failure: Failure = {
    class: 'unhealthy',
    code: 'HealthCheckFailed',
    message: `Cannot call it healthy after ${nth} attempt${nth === 1 ? '' : 's'}: ${look.reason}`,
    resource,
    advice: 'see the logs of the component (stream-control logs <event>) and docs/operate/troubleshooting.md',
    ...(look.problems ? { problems: look.problems } : {}),
  };
  return { step: 'failed', failure, ...(look.facts ? { facts: look.facts } : {}) };
}

/** What only explains a wait, and ends none, is asked of Azure at one look in so many; and at the last, which people read. */
const VIEW_EVERY = 3;
export const asksAzure = (
  { input, spec }: { input: NodeInput; spec: { attempts: number; intervalSeconds: number } },
  nth: number,
): boolean =>
  nth % VIEW_EVERY === 0 || nth >= gateAttempts(spec.attempts, spec.intervalSeconds, input.installation.timeScale);

/**
 * A check as a handler.
 * @param look the nth look at what is checked
 * @param resource ARM id of what is checked, for people
 */
export function gate<Kind extends 'check-agent' | 'check-http'>(
  look: (context: NodeContext<Kind>, nth: number) => Promise<Look>,
  resource: (context: NodeContext<Kind>) => string,
): NodeHandler<Kind> {
  const poll: NodeHandler<Kind>['poll'] = async (context, token) => {
    const nth = Number(token);
    const { timeScale } = context.input.installation;
    return attempt(await look(context, nth), nth, context.spec, timeScale, resource(context));
  };
  return { begin: (context) => poll(context, '1'), poll };
}
