import type { AnyCommand } from '../core/command.ts';
import { accessCommands } from './access.ts';
import { extend, pauseEvent, relay, relocate, remediate, resumeEvent, scale } from './changes.ts';
import { completion } from './completion.ts';
import { credentials } from './credentials.ts';
import { demo } from './demo.ts';
import { deploy } from './deploy.ts';
import { doctor } from './doctor.ts';
import { certificate, cost, journal } from './documents.ts';
import { drift } from './drift.ts';
import { help, showVersion } from './help.ts';
import { imageCommands } from './image.ts';
import { imageBuildCommands } from './image-build.ts';
import { imageChangeCommands } from './image-changes.ts';
import { instanceActions, instances } from './instances.ts';
import { languages } from './languages.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { mixerCommands } from './mixers.ts';
import { plan } from './plan.ts';
import { reaper } from './reaper.ts';
import { scheduleCommands } from './schedule.ts';
import { serve } from './serve.ts';
import { source } from './source.ts';
import { status } from './status.ts';
import { teardown } from './teardown.ts';
import { templateCommands } from './template.ts';
import { top } from './top.ts';
import { watch } from './watch.ts';

/** Every command, in the order of `--help`. */
export const commands: readonly AnyCommand[] = [
  serve,
  demo,
  plan,
  deploy,
  status,
  list,
  watch,
  extend,
  languages,
  scale,
  pauseEvent,
  resumeEvent,
  ...mixerCommands,
  source,
  ...accessCommands,
  remediate,
  relay,
  relocate,
  teardown,
  certificate,
  credentials,
  journal,
  logs,
  cost,
  drift,
  top,
  ...scheduleCommands,
  ...templateCommands,
  ...imageCommands,
  ...imageBuildCommands,
  ...imageChangeCommands,
  reaper,
  instances,
  ...instanceActions,
  doctor,
  completion,
  help,
  showVersion,
];
