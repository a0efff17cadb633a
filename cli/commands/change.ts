import { type AnyCommand, defineCommand, type Parsed } from '../core/command.ts';
import type { Context } from '../core/context.ts';
import { CliError, EXIT, Interrupted } from '../core/errors.ts';
import type { OptionSpecs } from '../core/metadata.ts';
import { pause } from '../http/client.ts';
import { idempotencyKey } from '../http/idempotency.ts';
import type { Accepted, DeploymentStatus, EventStatus, OperationStatus } from '../http/types.ts';
import { facts } from '../output/table.ts';
import { moment, money, oneLine } from '../output/text.ts';
import { patiently } from '../progress/patience.ts';
import { createReporter } from '../progress/reporter.ts';
import { EVENT_OPTION, EVENT_POSITIONAL, eventOf, eventPath, statusPath } from './event-argument.ts';

const POLL_MS = 500;

/** Follows an accepted change until it has an outcome. @throws CliError: refused is a conflict (4), failed is 1 */
async function outcome(context: Context, accepted: Accepted): Promise<OperationStatus> {
  const { client, io } = context;
  const reporter = createReporter(context.progress, io, true);
  const watching = { note: (text: string) => reporter.note(text), interrupt: io.interrupt };
  const operationPath = `/api/operations/${encodeURIComponent(accepted.operationId)}`;
  const deploymentPath = `/api/deployment/${encodeURIComponent(accepted.deploymentId)}/status`;
  try {
    for (;;) {
      const operation = await patiently(() => client.get<OperationStatus>(operationPath), watching);
      reporter.update(await patiently(() => client.get<DeploymentStatus>(deploymentPath), watching));
      const why = operation.reason ?? 'no reason given';
      const hint = `'stream-control status ${accepted.event}' shows the state it is in`;
      if (operation.outcome === 'refused') throw new CliError(EXIT.conflict, `Refused: ${why}`, { hint });
      if (operation.outcome === 'failed') throw new CliError(EXIT.failed, `Failed: ${why}`, { hint });
      if (operation.outcome === 'done') return operation;
      await pause(POLL_MS, io.interrupt);
    }
  } catch (error) {
    if (!io.interrupt.aborted) throw error;
    throw new Interrupted(
      `Interrupted: the change to '${accepted.event}' goes on ('stream-control status ${accepted.event}')`,
    );
  } finally {
    reporter.close();
  }
}

/** What a change would do, without its being done. */
const dryRun = (answer: unknown): string => {
  const { event, component, wouldBe, rung, reason } = answer as Record<string, unknown>;
  return facts([
    ['event', oneLine(event)],
    ['component', oneLine(component)],
    ['would be', wouldBe === 'accept' ? 'accepted' : oneLine(wouldBe)],
    ['rung', oneLine(rung)],
    ['reason', oneLine(reason)],
  ]);
};

/**
 * Sends a change to an event and shows how it ended; a 200 instead of 202 is the result itself.
 * @param shown that result for people; a dry run by default
 */
export async function sendChange(
  context: Context,
  path: string,
  body: unknown,
  wait: boolean,
  shown: (answer: unknown) => string = dryRun,
): Promise<number> {
  const { client, output } = context;
  const response = await client.request('POST', path, { body, headers: idempotencyKey(), repeatable: true });
  const answer = (await response.json()) as Accepted;
  if (response.status !== 202) {
    output.result(answer, () => shown(answer));
    return EXIT.done;
  }
  if (!wait) {
    output.result(answer, () => `Accepted: ${answer.statusUrl}\n`);
    return EXIT.done;
  }
  const done = await outcome(context, answer);
  const now = await client.get<EventStatus>(statusPath(answer.event));
  output.result(done, () =>
    [
      `${done.command} of ${done.event}: ${done.outcome}${done.reason ? `: ${done.reason}` : ''}\n`,
      facts([
        ['state', now.state],
        ['languages', now.languages?.join(', ')],
        ['expires', moment(now.expiresAt)],
        ['cost per hour', money(now.cost?.perHour, now.cost?.currency)],
      ]),
    ].join(''),
  );
  return EXIT.done;
}

/** A command that changes one live event by one POST. */
export const changeCommand = <const O extends OptionSpecs>(change: {
  name: string;
  summary: string;
  detail?: string;
  options: O;
  examples: string[];
  body: (context: Context, parsed: Parsed<O>) => Promise<unknown> | unknown;
}): AnyCommand =>
  defineCommand({
    ...change,
    positionals: [EVENT_POSITIONAL],
    options: {
      ...EVENT_OPTION,
      ...change.options,
      'no-wait': { type: 'boolean', description: 'return as soon as it is accepted' },
    } as OptionSpecs,
    async run(context, parsed) {
      const event = eventOf(parsed as Parsed<typeof EVENT_OPTION>, change.name);
      const body = await change.body(context, parsed as Parsed<O>);
      return sendChange(context, eventPath(event, `/${change.name}`), body, !parsed.options['no-wait']);
    },
  });
