import { actionId, checkId } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import type { PowerSpec } from '../seam/node-spec.ts';
import type { OpenOperation, PowerChange } from './entries.ts';
import { failureText } from './failures.ts';
import { startAction, startReady, waitAgain } from './nodes.ts';
import { activePart, componentsOf } from './parts.ts';
import { closeOperation, enter, openOperation, type Turn } from './turn.ts';

/** Deallocates the machines and stops the containers; disks, addresses and names stay. */
export function beginPause(turn: Turn, operation: OpenOperation): void {
  begin(turn, operation, 'pause', 'stop');
}

/** Starts containers and machines again, then every check. */
export function beginResume(turn: Turn, operation: OpenOperation): void {
  begin(turn, operation, 'resume', 'start');
}

function begin(turn: Turn, operation: OpenOperation, verb: 'pause' | 'resume', action: 'stop' | 'start'): void {
  openOperation(turn, operation);
  turn.state.change = { kind: 'power', verb, operationId: operation.operationId, stage: 'power' };
  enter(turn, 'changing', verb === 'pause' ? 'pausing' : 'resuming');
  powerAll(turn, action);
}

/** The spec to switch a component on or off; undefined when there is no such component. */
export function powerSpec(turn: Turn, component: string, action: PowerSpec['action']): PowerSpec | undefined {
  const part = activePart(turn, component);
  return part && kindOf(part.rule).power(part, action);
}

function powerAll(turn: Turn, action: 'start' | 'stop'): void {
  for (const component of componentsOf(turn)) {
    const spec = powerSpec(turn, component, action);
    if (spec) startAction(turn, actionId.power(component), spec);
  }
}

/** Takes a pause or resume one step further when its current stage has ended. A failed one is undone by its opposite. */
export function advancePower(turn: Turn, change: PowerChange): void {
  const { state } = turn;
  if (componentsOf(turn).some((component) => state.work.actions[actionId.power(component)])) return;
  const checks = componentsOf(turn).map(checkId);
  if (change.stage === 'power') {
    if (change.failure) {
      state.change = { ...change, stage: 'undo' };
      powerAll(turn, change.verb === 'pause' ? 'start' : 'stop');
      return;
    }
    if (change.verb === 'pause') {
      end(turn, change, 'paused');
      return;
    }
    state.change = { ...change, stage: 'check' };
    waitAgain(turn, checks);
    startReady(turn);
    return;
  }
  if (change.stage === 'undo') {
    end(turn, change, change.verb === 'pause' ? 'live' : 'paused');
    return;
  }
  if (checks.every((id) => ['done', 'failed', 'stopped'].includes(state.work.nodes[id]?.state ?? '')))
    end(turn, change, 'live');
}

function end(turn: Turn, change: PowerChange, state: 'live' | 'paused'): void {
  delete turn.state.change;
  const operation = turn.state.commands.open.find(({ operationId }) => operationId === change.operationId);
  const { failure } = change;
  if (operation) closeOperation(turn, operation, failure ? 'failed' : 'done', failure && failureText(failure));
  enter(turn, state, failure ? `${change.verb} failed and was taken back` : `${change.verb}d`);
}
