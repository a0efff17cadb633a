/** Registers activities under the names of the seam. */
import * as df from 'durable-functions';
import type { Effect } from '../domain/seam/effect.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import type { BuildRecord, ImageStepInput } from '../domain/seam/image-build.ts';
import type { Delivery } from '../domain/seam/message.ts';
import type { NodeInput, PollInput } from '../domain/seam/node-input.ts';
import type { Notification } from '../domain/seam/records.ts';
import type { RemoveStepInput } from '../domain/seam/removal.ts';
import { clientOf } from '../durable/client.ts';
import { imageStep, keepBuild } from './images/index.ts';
import { begin, poll } from './node.ts';
import { notify } from './notify.ts';
import { perform } from './perform.ts';
import { removeStep } from './remove.ts';
import { report } from './report.ts';

function activity<Input>(name: string, run: (input: Input, durable: df.DurableClient) => Promise<unknown>): void {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: (input: Input, context) => run(input, clientOf(context)),
  });
}

export function registerActivities(): void {
  activity<Effect[]>(ACTIVITY.perform, perform);
  activity<NodeInput>(ACTIVITY.begin, begin);
  activity<PollInput>(ACTIVITY.poll, poll);
  activity<Delivery>(ACTIVITY.report, report);
  activity<RemoveStepInput>(ACTIVITY.remove, removeStep);
  activity<Notification>(ACTIVITY.notify, notify);
  activity<ImageStepInput>(ACTIVITY.imageStep, imageStep);
  activity<BuildRecord>(ACTIVITY.keepBuild, keepBuild);
}
