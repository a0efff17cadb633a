import { line } from '../../domain/text.ts';
import type { Io } from '../core/io.ts';
import type { DeploymentStatus, NodeStatus } from '../http/types.ts';
import { between, elapsed, seconds } from '../output/text.ts';
import { changeTracker, detailOf, percent, stateText } from './changes.ts';
import type { Reporter } from './types.ts';

const took = ({ startedAt, finishedAt, state }: NodeStatus): string =>
  startedAt && finishedAt && state !== 'skipped' ? ` in ${elapsed(between(startedAt, finishedAt))}` : '';

/** One line per change, for logs and pipes: `+ 12 s  mixer-french  done in 8.1 s`. */
export function plain(io: Io, begun: boolean): Reporter {
  const changes = changeTracker(begun);
  const say = (status: DeploymentStatus, text: string) => {
    const since = status.startedAt ? seconds(Math.max(0, between(status.startedAt, status.finishedAt))) : '';
    io.err(`${`+ ${since}`.padEnd(11)} ${line(text)}\n`);
  };
  return {
    update(status) {
      const { state, nodes } = changes(status);
      for (const node of nodes)
        say(status, `${node.id.padEnd(22)} ${node.state}${took(node)}${detailOf(node) && `: ${detailOf(node)}`}`);
      if (state) say(status, `${status.event.padEnd(22)} ${stateText(status)}, ${percent(status.progress)}`);
    },
    note: (text) => io.err(`${line(text)}\n`),
    close() {},
  };
}
