/** The timer functions: sweep, reaper, drift, purge. Schedules are NCRONTAB with seconds, UTC. */
import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { settings } from '../azure/settings.ts';
import { line, logged } from '../domain/text.ts';
import { clientOf } from '../durable/client.ts';
import { ports } from '../ports/index.ts';
import { lookAtAll } from './drift.ts';
import { buildDue } from './image-schedules.ts';
import { picturesOf } from './pictures/store.ts';
import { reapingOf } from './reaper.ts';
import { runDue } from './schedules/due.ts';
import { reap } from './watch/reaper.ts';
import { sweep } from './watch/sweep.ts';

/** Milliseconds that histories, certificates and operations stay readable. */
const RETENTION = 90 * 86_400_000;
/** Milliseconds after which nobody looks at a picture any more. */
const PICTURES = 3_600_000;

function timer(
  name: string,
  schedule: string,
  run: (durable: df.DurableClient, context: InvocationContext) => Promise<void>,
) {
  app.timer(name, {
    schedule,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer, context) => {
      try {
        await run(clientOf(context), context);
      } catch (error) {
        // The next run tries again; what is wrong belongs into the log, not into a retry storm.
        context.error(`${name}: ${logged(error)}`);
      }
    },
  });
}

export function registerTimers(): void {
  timer('sweep', '*/20 * * * * *', async (durable, context) => {
    const problems = await sweep(durable, await clients(settings().subscriptionId));
    for (const [event, problem] of Object.entries(problems)) context.warn(line(`sweep of ${event}: ${problem}`));
  });
  timer('reaper', '0 */15 * * * *', async (durable, context) => {
    const report = await reap(await reapingOf(durable, settings()), false);
    if (report.refused) context.error(line(`reaper refused to delete: ${report.refused}`));
    for (const { group, reason } of report.reaped) context.warn(line(`reaper removes ${group}: ${reason}`));
    await picturesOf(settings()).sweep(ports().now() - PICTURES);
  });
  timer('scheduler', '30 */5 * * * *', async (durable, context) => {
    for (const came of await runDue(durable, settings())) context.warn(line(`schedule ${came}`));
    for (const came of await buildDue(durable, settings())) context.warn(line(`image ${came}`));
  });
  timer('drift', '0 41 * * * *', async (durable, context) => {
    const problems = await lookAtAll(durable, settings());
    for (const [event, problem] of Object.entries(problems)) context.warn(line(`drift of ${event}: ${problem}`));
  });
  timer('purge', '0 17 3 * * *', async (durable) => {
    await durable.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: new Date(ports().now() - RETENTION),
      runtimeStatus: [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
      ],
    });
  });
}
