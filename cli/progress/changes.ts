import type { DeploymentStatus, NodeStatus } from '../http/types.ts';

/** What is new in a status compared with all that came before; a reporter prints exactly this, so nothing appears twice after a reconnect. */
export interface Changes {
  state: boolean;
  nodes: NodeStatus[];
}

export function changeTracker(): (status: DeploymentStatus) => Changes {
  let state = '';
  const seen = new Map<string, string>();
  return (status) => {
    const current = `${status.state} ${status.phase}`;
    const changed = current !== state;
    state = current;
    const nodes = status.nodes.filter((node) => {
      const mark = `${node.state} ${node.detail ?? ''}`;
      const before = seen.get(node.id);
      seen.set(node.id, mark);
      return before !== mark && !(before === undefined && node.state === 'waiting');
    });
    return { state: changed, nodes };
  };
}

/** The state as one word, with the phase where it says more. */
export const stateText = ({ state, phase }: DeploymentStatus): string =>
  phase && phase !== state ? `${state} (${phase})` : state;

/** A fraction of one as whole per cent, rounded down: 100 % means done. */
export const percent = (progress: number): string => `${Math.floor(Math.max(0, Math.min(1, progress || 0)) * 100)} %`;
