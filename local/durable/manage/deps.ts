import type { Clock } from '../../clock.ts';
import type { Committer } from '../commit.ts';
import type { Compat } from '../compat.ts';
import type { Histories } from '../histories.ts';
import type { Random } from '../ids.ts';
import type { FunctionRunner, LogSink } from '../ports.ts';
import type { Settings } from '../settings.ts';
import type { Store } from '../store/ports.ts';
import type { Trace } from '../trace.ts';
import type { Waiters } from './waiters.ts';

/** What every operation of the management API works with. */
export interface ManageDeps {
  store: Store;
  clock: Clock;
  committer: Committer;
  histories: Histories;
  runner: FunctionRunner;
  settings: Settings;
  compat: Compat;
  random: Random;
  log: LogSink;
  trace: Trace;
  waiters: Waiters;
}
