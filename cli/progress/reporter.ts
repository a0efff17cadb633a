import type { Io } from '../core/io.ts';
import { bars } from './bars.ts';
import { jsonLines } from './json.ts';
import { plain } from './plain.ts';

import type { ProgressKind, Reporter } from './types.ts';

const silent: Reporter = { update() {}, note() {}, close() {} };

/** @param begun true for what happens to a deployment that is already there: only news are shown then */
export function createReporter(kind: ProgressKind, io: Io, begun = false): Reporter {
  const chosen = kind === 'auto' ? (io.terminal() ? 'bars' : 'plain') : kind;
  if (chosen === 'json') return jsonLines(io, begun);
  if (chosen === 'none') return silent;
  return chosen === 'bars' && io.terminal() ? bars(io) : plain(io, begun);
}
