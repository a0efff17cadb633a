import { line } from '../../domain/text.ts';
import type { DeploymentStatus, NodeStatus } from '../http/types.ts';

/** What is new in a status compared with all that came before; a reporter prints exactly this, so nothing appears twice after a reconnect. */
export interface Changes {
  state: boolean;
  nodes: NodeStatus[];
}

/** @param begun true when the deployment was already there: what is settled in the first status is then no news */
export function changeTracker(begun: boolean): (status: DeploymentStatus) => Changes {
  let state = '';
  let quiet = begun;
  const seen = new Map<string, string>();
  return (status) => {
    const current = `${status.state} ${status.phase}`;
    const changed = current !== state;
    state = current;
    const old = quiet;
    quiet = false;
    const nodes = status.nodes.filter((node) => {
      const mark = `${node.state} ${detailOf(node)}`;
      const before = seen.get(node.id);
      seen.set(node.id, mark);
      return (
        before !== mark && !(before === undefined && (node.state === 'waiting' || (old && node.state !== 'running')))
      );
    });
    return { state: changed, nodes };
  };
}

/** What a node says beside its state; nothing where it only says the state again. */
export const detailOf = ({ detail, state }: NodeStatus): string =>
  !detail || detail === state || (state === 'running' && detail === 'done') ? '' : line(detail);

/** The state as one word, with the phase where it says more. */
export const stateText = ({ state, phase }: DeploymentStatus): string =>
  line(phase && phase !== state ? `${state} (${phase})` : state);

/** A fraction of one as whole per cent, rounded down: 100 % means done. */
export const percent = (progress: number): string => `${Math.floor(Math.max(0, Math.min(1, progress || 0)) * 100)} %`;
