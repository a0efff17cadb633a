import { is } from '../../domain/states.ts';
import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT, Interrupted } from '../core/errors.ts';
import { idempotencyKey } from '../http/idempotency.ts';
import type { Accepted, DeploymentStatus, EventStatus } from '../http/types.ts';
import { eventTable, failureText } from '../output/event.ts';
import { facts } from '../output/table.ts';
import { follow } from '../progress/follow.ts';
import { createReporter } from '../progress/reporter.ts';
import type { Reporter } from '../progress/types.ts';
import { deployRequest, REQUEST_OPTIONS } from './deploy-request.ts';
import { EVENT_POSITIONAL, statusPath } from './event-argument.ts';

/** States in which there is nothing more for `deploy` to wait for. */
const isSettled = (state: string): boolean => !is(state, 'rising') && !is(state, 'removing');

/** The failure of a deployment as an error: what, why, what became of what had been made, and what to do. */
function failed(status: DeploymentStatus): CliError {
  const { error, event, state } = status;
  const detail = typeof error === 'object' ? error : undefined;
  const why = failureText(error) ?? `it is ${state}`;
  const after = detail?.consequence ? `\n  ${detail.consequence}` : '';
  return new CliError(
    detail?.node === 'preflight' ? EXIT.refused : EXIT.failed,
    `The deployment of '${event}' failed: ${why}${after}`,
    { hint: detail?.advice ?? `'stream-control journal ${event}' tells what happened` },
  );
}

/** Sends the request and, unless told not to, follows it until LIVE. @throws CliError when the deployment fails */
export async function deployAndFollow(
  context: Context,
  request: Record<string, unknown> & { event: string },
  options: { key?: string | undefined; reporter: Reporter },
): Promise<{ accepted: Accepted; final: DeploymentStatus }> {
  const { client, io } = context;
  const { reporter } = options;
  let accepted: Accepted | undefined;
  try {
    accepted = await submit(context, request, options.key);
    reporter.note(`Accepted: ${accepted.event}, deployment ${accepted.deploymentId}`);
    const final = await follow(client, accepted.deploymentId, {
      interrupt: io.interrupt,
      note: (text) => reporter.note(text),
      seen: (status) => {
        reporter.update(status);
        return isSettled(status.state);
      },
    });
    if (is(final.state, 'failing') || is(final.state, 'final')) throw failed(final);
    return { accepted, final };
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
    const event = accepted?.event ?? request.event;
    throw new Interrupted(
      accepted
        ? `Interrupted: the deployment of '${event}' goes on. 'stream-control watch ${event}' follows it, 'stream-control teardown ${event} --confirm' ends it`
        : `Interrupted before the control plane had answered: 'stream-control status ${event}' tells whether it was accepted`,
    );
  } finally {
    reporter.close();
  }
}

const submit = ({ client }: Context, body: Record<string, unknown>, key: string | undefined): Promise<Accepted> =>
  client.json<Accepted>('POST', '/api/deploy', {
    body,
    headers: key === undefined ? idempotencyKey() : { 'idempotency-key': key },
    repeatable: true,
  });

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'make an event appear and wait until it is live',
  detail:
    'Ends when the event is LIVE. Ctrl-C ends only the watching: the deployment goes on. A failed deployment is\nrolled back by itself and leaves nothing behind.',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...REQUEST_OPTIONS,
    'plan-hash': { type: 'string', value: 'HASH', description: 'deploy only what `plan` showed under this hash' },
    'idempotency-key': { type: 'string', value: 'KEY', description: 'the same key never deploys twice' },
    'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
  },
  examples: [
    'stream-control deploy --event congress --languages original,spanish,french --youtube-keys keys.txt',
    'stream-control deploy sunday --ttl 6h --no-wait -o json',
  ],
  async run(context, parsed) {
    const { io, output, client } = context;
    const { options } = parsed;
    const reporter = createReporter(context.progress, io);
    const request = await deployRequest('deploy', parsed, io, (text) => reporter.note(text));
    if (options['plan-hash']) request.planHash = options['plan-hash'];
    if (options['no-wait']) {
      const accepted = await submit(context, request, options['idempotency-key']);
      output.result(accepted, () =>
        facts([
          ['event', accepted.event],
          ['deployment', accepted.deploymentId],
          ['operation', accepted.operationId],
          ['status', accepted.statusUrl],
        ]),
      );
      return;
    }
    const { accepted } = await deployAndFollow(context, request, { key: options['idempotency-key'], reporter });
    const status = await client.get<EventStatus>(statusPath(accepted.event));
    output.result(status, () => eventTable(status));
    return EXIT.done;
  },
});
