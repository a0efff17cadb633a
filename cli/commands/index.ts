import type { AnyCommand } from '../core/command.ts';
import { demo } from './demo.ts';
import { deploy } from './deploy.ts';
import { list } from './list.ts';
import { serve } from './serve.ts';
import { status } from './status.ts';
import { teardown } from './teardown.ts';

/** Every command, in the order of `--help`. */
export const commands: readonly AnyCommand[] = [serve, demo, deploy, status, list, teardown];
