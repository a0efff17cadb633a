/** How a door hands a command to an event: checks the state it can see, then puts the command into the inbox. */

import { sha256 } from '../domain/hash.ts';
import { type Admission, admission, refusal } from '../domain/lifecycle/admission.ts';
import { operationId } from '../domain/names.ts';
import { slugifyEvent } from '../domain/request/event-name.ts';
import type { Command } from '../domain/seam/command.ts';
import type { Message } from '../domain/seam/message.ts';
import type { EventState } from '../domain/states.ts';
import { openOperations } from '../domain/status/decode.ts';
import { isBroken, type Lifecycle, lifecycleOf, operationRecord, settledLifecycle } from '../durable/deployments.ts';
import { takeOver } from '../durable/lifecycles.ts';
import { sendKept } from '../durable/send.ts';
import { sleep } from '../ports/index.ts';
import { accepted } from './accepted.ts';
import type { Call, Reply } from './door.ts';
import { invalid, noSuchEvent, Problem } from './problem.ts';
import { randomHex } from './random.ts';

const KEY = /^[\x21-\x7e]{1,200}$/;

/** The caller's Idempotency-Key; undefined when none was sent. @throws Problem 400 */
export function idempotencyKey({ request, key: given }: Pick<Call, 'request' | 'key'>): string | undefined {
  if (given !== undefined) return given;
  const key = request.headers.get('idempotency-key');
  if (key === null) return undefined;
  if (KEY.test(key)) return key;
  throw invalid([{ path: 'Idempotency-Key', message: 'must be 1 to 200 visible characters without spaces' }]);
}

/** The event a path or body names, slugified as deploy does. @throws Problem 404 for text that can be no event */
export function eventNamed(text: string): string {
  const slug = slugifyEvent(text);
  if (!slug.ok) throw noSuchEvent(text);
  return slug.event;
}

/** The lifecycle of an event. @throws Problem 404 */
export async function knownLifecycle(call: Pick<Call, 'durable'>, event: string): Promise<Lifecycle> {
  const found = await lifecycleOf(call.durable, event);
  if (!found) throw noSuchEvent(event);
  return found;
}

/** The state of an event as people are shown it. */
export const stateOf = (lifecycle: Lifecycle): EventState =>
  isBroken(lifecycle) ? 'broken' : ((lifecycle.status?.s ?? 'preflight') as EventState);

/** What the state allows; what comes after the end has nothing left to change. */
export const admitted = (lifecycle: Lifecycle, { command }: Command): Admission =>
  admission(stateOf(lifecycle), !lifecycle.over, command);

/** Teardown is always the same operation; others are the caller's key or a new one each. */
function operationOf(call: Call, lifecycle: Lifecycle, command: Command): string {
  const { deploymentId } = lifecycle.input;
  if (command.command === 'teardown') return operationId(deploymentId, 'teardown');
  const key = idempotencyKey(call);
  const hash = key && sha256(JSON.stringify([call.who.name, command.command, key])).slice(0, 16);
  return operationId(deploymentId, hash ?? randomHex(8));
}

/**
 * Sends a command to an event and answers 202; the outcome is the operation's.
 * @throws Problem 404, 409 or 410 by the state the door can see; a later refusal is the operation's outcome
 */
export async function sendCommand(
  call: Call,
  event: string,
  command: Command,
  /** Runs between the check and the command: what must be in place before it (stream keys). */
  prepare: (lifecycle: Lifecycle, operationId: string) => Promise<void> = async () => {},
): Promise<Reply> {
  const lifecycle = await knownLifecycle(call, event);
  const id = operationOf(call, lifecycle, command);
  const { deploymentId } = lifecycle.input;
  const reply = accepted(call.settings, event, deploymentId, id);
  // The same command again, while it is carried out or after: the same answer, whatever state it has led to.
  const open = openOperation(lifecycle, id);
  if ((open && open.failed === undefined) || (await operationRecord(call.durable, id))) return reply;
  const verdict = admitted(lifecycle, command);
  if (verdict.answer !== 'accept')
    throw new Problem(verdict.answer === 'gone' ? 410 : 409, refusal(command.command, event, verdict.reason), {
      extra: { state: stateOf(lifecycle), deploymentId },
    });
  await prepare(lifecycle, id);
  if (isBroken(lifecycle)) {
    // Nobody reads this inbox any more: a lifecycle that ends the event is started in its place.
    await takeOver(call.durable, lifecycle, { by: call.who.name });
    await settledLifecycle(call.durable, event);
    return reply;
  }
  const message: Message = { type: 'command', deploymentId, operationId: id, by: call.who.name, command };
  if (!lifecycle.ended) await sendKept(call.durable, event, message);
  if (open) await takenUpAgain(call, event, id);
  return reply;
}

/** Of a broken lifecycle nothing is open: nobody carries it out. */
const openOperation = ({ status, broken }: Lifecycle, id: string) =>
  (status && !broken ? openOperations(status) : []).find(({ operationId }) => operationId === id);

/** Looks for the new try, and milliseconds between them; together some 5 s. */
const LOOKS = 50;
const PAUSE = 100;

/** What had failed is tried again: until that is seen, its operation would tell the old failure to whoever asks. */
async function takenUpAgain(call: Call, event: string, id: string): Promise<void> {
  for (let nth = 0; nth < LOOKS; nth++) {
    const now = await lifecycleOf(call.durable, event);
    if (!now || now.ended || openOperation(now, id)?.failed === undefined) return;
    await sleep(PAUSE);
  }
}
