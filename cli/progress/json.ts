import { escaped } from '../../domain/text.ts';
import type { Io } from '../core/io.ts';
import { changeTracker } from './changes.ts';
import type { Reporter } from './types.ts';

/** One JSON object per line and change: `{"type":"node",...}`, `{"type":"state",...}`, `{"type":"note",...}`. */
export function jsonLines(io: Io, begun: boolean): Reporter {
  const changes = changeTracker(begun);
  const line = (value: Record<string, unknown>) => io.err(`${escaped(JSON.stringify(value))}\n`);
  return {
    update(status) {
      const { event, deploymentId, progress, phase, state } = status;
      const changed = changes(status);
      for (const node of changed.nodes) line({ type: 'node', event, deploymentId, progress, ...node });
      if (changed.state)
        line({
          type: 'state',
          event,
          deploymentId,
          progress,
          state,
          phase,
          ...(status.error && { error: status.error }),
        });
    },
    note: (text) => line({ type: 'note', text }),
    close() {},
  };
}
