import * as df from 'durable-functions';
import { ORCHESTRATION } from '../domain/seam/functions.ts';
import { alarm } from './alarm.ts';
import { imageBuild } from './image-build.ts';
import { lifecycle } from './lifecycle.ts';
import { node } from './node.ts';
import { notify } from './notify.ts';
import { remove } from './remove.ts';
import { operation, record } from './results.ts';

/** Registers every orchestration with the Functions app under its name. */
export function registerOrchestrations(): void {
  df.app.orchestration(ORCHESTRATION.lifecycle, lifecycle);
  df.app.orchestration(ORCHESTRATION.node, node);
  df.app.orchestration(ORCHESTRATION.alarm, alarm);
  df.app.orchestration(ORCHESTRATION.remove, remove);
  df.app.orchestration(ORCHESTRATION.operation, operation);
  df.app.orchestration(ORCHESTRATION.record, record);
  df.app.orchestration(ORCHESTRATION.notify, notify);
  df.app.orchestration(ORCHESTRATION.imageBuild, imageBuild);
}
