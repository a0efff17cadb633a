import { resourceName } from '../names.ts';
import { componentNames } from '../plan/layout.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import { failureText } from './failures.ts';
import { activeMachines } from './layouts.ts';
import { startAction, startReady } from './nodes.ts';
import { waitAgain } from './provisioning.ts';
import type { Change, OpenOperation } from './state.ts';
import { closeOperation, enter, openOperation, type Turn } from './turn.ts';

/** Deallocates the machines and stops the containers; disks, addresses and names stay. */
export function beginPause(turn: Turn, operation: OpenOperation): void {
  begin(turn, operation, 'pause', 'stop');
}

/** Starts containers and machines again, then every check. */
export function beginResume(turn: Turn, operation: OpenOperation): void {
  begin(turn, operation, 'resume', 'start');
}

function begin(turn: Turn, operation: OpenOperation, kind: 'pause' | 'resume', action: 'stop' | 'start'): void {
  openOperation(turn, operation);
  turn.state.change = { kind, operationId: operation.operationId, add: [], remove: [], stage: 'power' };
  enter(turn, 'changing', kind === 'pause' ? 'pausing' : 'resuming');
  powerAll(turn, action);
}

export const powerId = (component: string): string => `power-${component}`;

/** What `power` needs to act on a component: relay, slides or mixer-<language>. */
export function powerSpec(
  turn: Turn,
  component: string,
  action: Extract<NodeSpec, { kind: 'power' }>['action'],
): NodeSpec | undefined {
  const { input, state } = turn;
  if (component === 'relay' || component === 'slides')
    return {
      kind: 'power',
      target: 'container',
      name: resourceName.containerGroup(component, input.event, state.layout.region),
      action,
    };
  const machine = activeMachines(turn).find(({ language }) => component === `mixer-${language}`);
  if (!machine) return undefined;
  return {
    kind: 'power',
    target: 'mixer',
    name: resourceName.mixer(machine.language, input.event, machine.variant),
    action,
  };
}

export const componentsOf = (turn: Turn): string[] => componentNames(activeMachines(turn));

function powerAll(turn: Turn, action: 'start' | 'stop'): void {
  for (const component of componentsOf(turn)) {
    const spec = powerSpec(turn, component, action);
    if (spec) startAction(turn, powerId(component), spec);
  }
}

/** Takes a pause or resume one step further when its current stage has ended. A failed one is undone by its opposite. */
export function advancePower(turn: Turn, change: Change): void {
  const { state } = turn;
  if (componentsOf(turn).some((component) => state.actions[powerId(component)])) return;
  const checks = componentsOf(turn).map((component) => `check-${component}`);
  if (change.stage === 'power') {
    if (change.failure) {
      state.change = { ...change, stage: 'undo' };
      powerAll(turn, change.kind === 'pause' ? 'start' : 'stop');
      return;
    }
    if (change.kind === 'pause') {
      end(turn, change, 'paused');
      return;
    }
    state.change = { ...change, stage: 'check' };
    waitAgain(turn, checks);
    startReady(turn);
    return;
  }
  if (change.stage === 'undo') {
    end(turn, change, change.kind === 'pause' ? 'live' : 'paused');
    return;
  }
  if (checks.every((id) => ['done', 'failed', 'stopped'].includes(state.nodes[id]?.state ?? '')))
    end(turn, change, 'live');
}

function end(turn: Turn, change: Change, state: 'live' | 'paused'): void {
  delete turn.state.change;
  const operation = turn.state.operations.find(({ operationId }) => operationId === change.operationId);
  const { failure } = change;
  if (operation) closeOperation(turn, operation, failure ? 'failed' : 'done', failure && failureText(failure));
  enter(turn, state, failure ? `${change.kind} failed and was taken back` : `${change.kind}d`);
}
