/** What is done to events, and befalls them. Components and machines are called as the template calls them. */
import type { Stack } from './stack.ts';
import { type Told, told } from './told.ts';

const MACHINES = 'Microsoft.Compute/virtualMachines';
const CONTAINERS = 'Microsoft.ContainerInstance/containerGroups';

/** @returns the status @throws when it is not accepted */
export async function deploy(stack: Stack, event: string, request: object): Promise<string> {
  const { status, body } = await stack.call('POST', '/api/deploy', { event, ...request }, { 'idempotency-key': event });
  if (status !== 202) throw new Error(`${event} is not deployed: ${status} ${JSON.stringify(body)}`);
  return String(status);
}

/** Tears down, and waits until nothing is left. */
export async function teardown(stack: Stack, event: string, outcomes: Record<string, string> = {}): Promise<Told> {
  outcomes.teardown = await stack.command('/api/teardown', { event, confirm: true });
  await stack.state(event, 'gone');
  return told(stack, event, outcomes);
}

/**
 * Deploys what fails, until `stack.fault(event)`: Azure refuses the machine of a language. It is put off until everything else
 * stands, or it would be chance what of the others had been sent. Returns when the machine is refused. @returns the status
 */
export async function deployInVain(stack: Stack, event: string, languages: string[], refused: string): Promise<string> {
  const match = { type: MACHINES, name: `*${refused}-${event}*`, operation: 'create' };
  await stack.fault(event, { match, outcome: { kind: 'throttle' } });
  const answer = await deploy(stack, event, { languages });
  const { deploymentId } = await stack.state(event, 'provisioning');
  await stack.until(`/api/deployment/${deploymentId}/status`, ({ nodes }) => {
    const others = ((nodes ?? []) as { id: string; state: string }[]).filter(({ id }) => !id.includes(refused));
    return others.length > 0 && others.every(({ state }) => state === 'done');
  });
  const outcome = { kind: 'error', status: 400, code: 'InvalidParameter', message: 'no' };
  await stack.fault(event, { match, outcome });
  return answer;
}

/** The first language's mixer says nothing any more, until it is restarted. */
export const silence = (stack: Stack, event: string): Promise<void> =>
  stack.fault(event, { match: { type: MACHINES, name: `*original-${event}*` }, times: 1, outcome: { kind: 'silent' } });

/** Everything of an event with one language falls silent, and the region answers nobody until `stack.fault(event)`. */
export const loseRegion = (stack: Stack, event: string, region: string): Promise<void> =>
  stack.fault(
    event,
    ...[MACHINES, CONTAINERS].map((type) => ({
      match: { type, region },
      outcome: { kind: 'silent' },
      times: type === MACHINES ? 1 : 2,
    })),
    {
      match: { type: '*', region, operation: 'any' },
      outcome: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    },
  );

/** Moves an event whose region is lost. @returns the outcome of the command */
export async function relocate(stack: Stack, event: string): Promise<string> {
  for (;;) {
    await stack.state(event, 'degraded');
    const outcome = await stack.command(`/api/events/${event}/relocate`, {});
    // While a remedy is under way it may be refused: then it is asked for again, as an operator does.
    if (!/refused/.test(outcome)) return outcome;
  }
}
