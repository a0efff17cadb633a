import { is } from '../../domain/states.ts';
import { defineCommand } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT, Interrupted } from '../core/errors.ts';
import { pause } from '../http/client.ts';
import type { Accepted, OperationStatus } from '../http/types.ts';
import { certificateSummary } from '../output/certificate.ts';
import { removalTable } from '../output/removal.ts';
import { follow } from '../progress/follow.ts';
import { patiently } from '../progress/patience.ts';
import { createReporter } from '../progress/reporter.ts';
import type { Reporter } from '../progress/types.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath } from './event-argument.ts';

/** Follows until the teardown's own operation has an outcome: a state alone cannot tell an old failure from a new one. */
async function untilRemoved(context: Context, accepted: Accepted, reporter: Reporter): Promise<OperationStatus> {
  const { client, io } = context;
  for (;;) {
    const watching = { note: (text: string) => reporter.note(text), interrupt: io.interrupt };
    await follow(client, accepted.deploymentId, {
      ...watching,
      seen: (status) => {
        reporter.update(status);
        return is(status.state, 'final');
      },
    });
    const path = `/api/operations/${encodeURIComponent(accepted.operationId)}`;
    const operation = await patiently(() => client.get<OperationStatus>(path), watching);
    if (operation.outcome !== 'pending' && operation.outcome !== 'accepted') return operation;
    await pause(500, io.interrupt);
  }
}

/** Tears an event down and follows until nothing is left. @returns its certificate @throws CliError when something remains */
export async function teardownAndFollow(context: Context, event: string, reporter: Reporter): Promise<unknown> {
  const { client, io } = context;
  let operation: OperationStatus;
  try {
    const accepted = await submit(context, event);
    reporter.note(`Accepted: teardown of ${accepted.event}, deployment ${accepted.deploymentId}`);
    operation = await untilRemoved(context, accepted, reporter);
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
    throw new Interrupted(
      `Interrupted: the teardown of '${event}' goes on once accepted. 'stream-control watch ${event}' follows it`,
    );
  } finally {
    reporter.close();
  }
  if (operation.outcome !== 'done')
    throw new CliError(
      EXIT.failed,
      `The teardown of '${event}' ${operation.outcome}: ${operation.reason ?? 'no reason given'}`,
      {
        hint: `repeat 'stream-control teardown ${event} --confirm'; 'stream-control journal ${event}' tells what remains`,
      },
    );
  return client.get<unknown>(eventPath(event, '/certificate'));
}

const submit = ({ client }: Context, event: string): Promise<Accepted> =>
  client.json<Accepted>('POST', '/api/teardown', { body: { event, confirm: true }, repeatable: true });

export const teardown = defineCommand({
  name: 'teardown',
  summary: 'remove an event and prove that nothing is left; without --confirm only show what would go',
  positionals: [EVENT_POSITIONAL],
  options: {
    ...EVENT_OPTION,
    confirm: { type: 'boolean', description: 'really remove it' },
    'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
  },
  examples: ['stream-control teardown congress', 'stream-control teardown congress --confirm'],
  async run(context, parsed) {
    const { client, io, output } = context;
    const event = eventOf(parsed, 'teardown');
    if (!parsed.options.confirm) {
      const preview = await client.json<Record<string, unknown>>('POST', '/api/teardown', { body: { event } });
      output.result(preview, () => removalTable(event, preview));
      return EXIT.done;
    }
    if (parsed.options['no-wait']) {
      const accepted = await submit(context, event);
      output.result(accepted, () => `Teardown of ${accepted.event} accepted: ${accepted.statusUrl}\n`);
      return EXIT.done;
    }
    const certificate = await teardownAndFollow(context, event, createReporter(context.progress, io, true));
    output.result(certificate, () => certificateSummary(certificate));
    return EXIT.done;
  },
});
