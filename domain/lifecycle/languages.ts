import { languageHint } from '../language-names.ts';
import { MAX_LANGUAGES } from '../names.ts';
import { own } from '../own.ts';
import { machineNodes } from '../plan/graph.ts';
import { type MachineLayout, SLOTS } from '../plan/layout.ts';
import type { Command } from '../seam/command.ts';
import type { Failure } from '../seam/failure.ts';
import { failureText } from './failures.ts';
import { activeMachines } from './layouts.ts';
import { discardId, discardMachine } from './machines.ts';
import { skipWaiting, startReady } from './nodes.ts';
import { waitAgain } from './provisioning.ts';
import type { Change, OpenOperation } from './state.ts';
import { closeOperation, enter, journal, openOperation, type Turn } from './turn.ts';

/** Adds and removes languages of a live event. What is added comes first: only when all of it works does anything go. */
export function beginLanguages(
  turn: Turn,
  operation: OpenOperation,
  command: Extract<Command, { command: 'languages' }>,
): void {
  const { state, input } = turn;
  const active = activeMachines(turn).map(({ language }) => language);
  const known = command.add.filter((language) => active.includes(language));
  const unknown = command.remove.filter((language) => !active.includes(language));
  const count = active.length + command.add.length - command.remove.length;
  let problem: string | undefined;
  if (known.length > 0) problem = `already there: ${known.join(', ')}`;
  else if (unknown.length > 0)
    problem = `not there: ${unknown.map((each) => `${each}${languageHint(each, active)}`).join(', ')}`;
  else if (count < 1) problem = 'an event keeps at least one language; use teardown to end it';
  else if (active.length + command.add.length > MAX_LANGUAGES)
    problem = `an event has at most ${MAX_LANGUAGES} languages`;
  if (problem) {
    closeOperation(turn, operation, 'refused', problem);
    return;
  }

  openOperation(turn, operation);
  const { add, remove } = command;
  state.change = { kind: 'languages', operationId: operation.operationId, add, remove, stage: 'add' };
  let machines = state.layout.machines;
  for (const language of add) machines = place(turn, machines, language, input.request.vmSizes[0] ?? '');
  const { staged: _, ...layout } = state.layout;
  const staged = command.keysGiven ? { staged: { operationId: operation.operationId, languages: add } } : {};
  state.layout = { ...layout, machines, ...staged };
  for (const language of add) waitAgain(turn, machineNodes(language));
  // Set-if-absent: makes the new languages' passwords and takes in their keys, touches no other.
  if (add.length > 0) waitAgain(turn, ['secrets']);
  enter(
    turn,
    'changing',
    [add.length ? `adding ${add.join(', ')}` : '', remove.length ? `removing ${remove.join(', ')}` : '']
      .filter(Boolean)
      .join(', '),
  );
}

/** Gives a language a place: the lowest free address slot, and names it never had before. */
function place(turn: Turn, machines: readonly MachineLayout[], language: string, vmSize: string): MachineLayout[] {
  const taken = new Set(machines.map(({ slot }) => slot));
  let slot = 0;
  while (taken.has(slot) && slot < SLOTS) slot++;
  const variant = (own(turn.state.variants, language) ?? 0) + 1;
  turn.state.variants[language] = variant;
  return [...machines, { language, slot, variant, vmSize }];
}

export function changeFailed(turn: Turn, failure: Failure): void {
  const { change } = turn.state;
  if (!change || change.failure) return;
  turn.state.change = { ...change, failure };
  journal(turn, 'change-failed', failureText(failure));
}

const addedNodes = (change: Change): string[] => change.add.flatMap((language) => machineNodes(language));

/** Takes the change one step further when its current stage has ended. */
export function advanceLanguages(turn: Turn, change: Change): void {
  const { state } = turn;
  const busy = addedNodes(change)
    .concat('secrets')
    .some((id) => state.nodes[id]?.state === 'running');
  if (change.stage === 'add' && change.failure) {
    skipWaiting(turn, addedNodes(change));
    // `secrets` made nothing that must go: the languages' secrets are deleted with their machines.
    if (state.nodes.secrets?.state !== 'done' && !busy)
      state.nodes.secrets = { ...state.nodes.secrets, attempt: state.nodes.secrets?.attempt ?? 0, state: 'done' };
    if (!busy) takeOff(turn, { ...change, stage: 'undo' }, change.add);
    return;
  }
  if (change.stage === 'add') {
    startReady(turn);
    if (addedNodes(change).some((id) => state.nodes[id]?.state !== 'done')) return;
    takeOff(turn, { ...change, stage: 'remove' }, change.remove);
    return;
  }
  const discarding = Object.keys(state.actions).some((id) => id.startsWith(discardId('')));
  if (discarding) return;
  delete state.change;
  state.layout = { ...state.layout, machines: activeMachines(turn) };
  const operation = state.operations.find(({ operationId }) => operationId === change.operationId);
  const failure = change.failure;
  if (operation)
    closeOperation(
      turn,
      operation,
      failure ? 'failed' : 'done',
      failure &&
        `${failureText(failure)}; ${change.stage === 'remove' ? 'that stays, and is no part of the event any more' : 'the event is as it was'}`,
    );
  enter(turn, 'live', failure ? 'the change was taken back' : 'the change is done');
}

function takeOff(turn: Turn, change: Change, languages: readonly string[]): void {
  const { state } = turn;
  state.change = change;
  for (const machine of state.layout.machines)
    if (languages.includes(machine.language) && !machine.removed) discardMachine(turn, machine, true);
  state.layout = {
    ...state.layout,
    machines: state.layout.machines.map((machine) =>
      languages.includes(machine.language) ? { ...machine, removed: true as const } : machine,
    ),
  };
  for (const language of languages) {
    delete state.health[`mixer-${language}`];
    for (const id of machineNodes(language))
      state.nodes[id] = { attempt: state.nodes[id]?.attempt ?? 0, state: 'skipped' };
  }
  if (languages.length === 0) advanceLanguages(turn, change);
}
