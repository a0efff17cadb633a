import { stripVTControlCharacters } from 'node:util';
import { is } from '../../domain/states.ts';
import { line } from '../../domain/text.ts';
import { ports } from '../../ports/index.ts';
import type { Io } from '../core/io.ts';
import type { DeploymentStatus, NodeState, NodeStatus } from '../http/types.ts';
import { between, elapsed, seconds } from '../output/text.ts';
import { detailOf, percent, stateText } from './changes.ts';
import type { Reporter } from './types.ts';

const MARK: Record<NodeState, string> = {
  waiting: '\x1b[2m·\x1b[0m',
  running: '\x1b[36m▶\x1b[0m',
  done: '\x1b[32m✔\x1b[0m',
  failed: '\x1b[31m✖\x1b[0m',
  stopped: '\x1b[33m■\x1b[0m',
  skipped: '\x1b[2m-\x1b[0m',
};
/** What is most worth a line when the terminal is too low for all of them. */
const RANK: NodeState[] = ['failed', 'running', 'stopped', 'waiting', 'done', 'skipped'];
const REFRESH_MS = 250;

const bar = (progress: number, width: number): string => {
  const full = Math.round(Math.max(0, Math.min(1, progress)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
};

const nodeLine = (node: NodeStatus, columns: number, widest: number): string => {
  const time = node.startedAt && node.state !== 'skipped' ? elapsed(between(node.startedAt, node.finishedAt)) : '';
  const text = `${line(node.id).padEnd(widest)} ${time.padStart(12)}  ${detailOf(node)}`.trimEnd();
  return `  ${MARK[node.state] ?? ' '} ${text.slice(0, Math.max(10, columns - 5))}`;
};

/**
 * The whole screen of one moment: an overall bar, then a line per resource, in plan order, as many as fit.
 * Pure, so that what people see is tested without a terminal.
 */
export function frame(status: DeploymentStatus, size: { columns: number; rows: number }): string[] {
  const room = Math.max(3, size.rows - 3);
  // While it goes, what had been made is no news any more.
  const nodes = is(status.state, 'over')
    ? status.nodes.filter(({ state }) => state !== 'done' && state !== 'skipped')
    : status.nodes;
  const widest = Math.max(0, ...nodes.map(({ id }) => id.length));
  const order = new Map(nodes.map((node, index) => [node.id, index]));
  const chosen = [...nodes]
    .sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state))
    .slice(0, nodes.length > room ? room - 1 : room)
    .sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  const since = status.startedAt ? `  ${seconds(Math.max(0, between(status.startedAt, status.finishedAt)))}` : '';
  const head = `${line(status.event)}  ${bar(status.progress, 24)}  ${percent(status.progress)}  ${stateText(status)}${since}`;
  const hidden = nodes.length - chosen.length;
  return [
    head.slice(0, size.columns),
    ...chosen.map((node) => nodeLine(node, size.columns, widest)),
    ...(hidden > 0 ? [`    and ${hidden} more`] : []),
  ];
}

/** Redraws {@link frame} in place on a terminal, also between updates so that running times move. */
export function bars(io: Io): Reporter {
  let drawn = 0;
  let last: DeploymentStatus | undefined;
  let cancel = () => {};
  const erase = () => (drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : '');
  const draw = () => {
    if (!last) return;
    const lines = frame(last, io.terminal() ?? { columns: 80, rows: 24 });
    const text = lines.join('\n');
    io.err(`${erase()}${io.env.NO_COLOR ? stripVTControlCharacters(text) : text}\n`);
    drawn = lines.length;
  };
  const tick = () => {
    draw();
    cancel = ports().timer(REFRESH_MS, tick);
  };
  return {
    update(status) {
      const first = last === undefined;
      last = status;
      if (first) tick();
      else draw();
    },
    note(text) {
      io.err(`${erase()}${line(text)}\n`);
      drawn = 0;
      draw();
    },
    close() {
      cancel();
      draw();
      last = undefined;
    },
  };
}
