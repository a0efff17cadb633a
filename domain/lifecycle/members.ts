/** Adds components to a live event and removes them: languages, and counted components. */
import { type Component, componentId, isAction } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import { languageHint } from '../language-names.ts';
import { MAX_LANGUAGES } from '../names.ts';
import { own } from '../own.ts';
import { eachesOf, isForLanguage } from '../plan/each.ts';
import { nodesOf } from '../plan/graph.ts';
import { freeSlot, type Member } from '../plan/layout.ts';
import { ruleOf } from '../plan/parts.ts';
import { MAX_COUNT } from '../request/parameters.ts';
import type { Command } from '../seam/command.ts';
import type { Failure } from '../seam/failure.ts';
import { servesMixing } from '../template/schema.ts';
import { discardMember } from './discard.ts';
import type { MembersChange, OpenOperation } from './entries.ts';
import { failureText } from './failures.ts';
import { skipWaiting, startReady, waitAgain } from './nodes.ts';
import { activeMembers } from './parts.ts';
import { closeOperation, enter, journal, openOperation, type Turn } from './turn.ts';

/** A component that is to be added. */
type Coming = Pick<Member, 'name' | 'each' | 'audio'>;
/** Adds and removes languages of a live event. */
export function beginLanguages(
  turn: Turn,
  operation: OpenOperation,
  { add, remove, keysGiven, mixing = {}, audio = {} }: Extract<Command, { command: 'languages' }>,
): void {
  const { template } = turn.input;
  const forEach = Object.keys(template.components).filter((name) => isForLanguage(template, { name }));
  const active = languagesOf(turn);
  const problem =
    forEach.length === 0
      ? `template ${template.name} has nothing for each language`
      : languagesProblem(active, add, remove);
  if (problem) {
    closeOperation(turn, operation, 'refused', problem);
    return;
  }
  const added = add.flatMap((language) => {
    const way = own(mixing, language) ?? own(turn.input.request.mixing ?? {}, language);
    const sound = own(audio, language) ?? own(turn.input.request.audio ?? {}, language);
    return forEach
      .filter((name) => servesMixing(template, ruleOf(template, { name }), way))
      .map((name) => ({ name, each: language, ...(sound === undefined ? {} : { audio: sound }) }));
  });
  const leaving = activeMembers(turn).filter(
    (member) => forEach.includes(member.name) && remove.includes(member.each ?? ''),
  );
  const { staged: _, ...layout } = turn.state.plan.layout;
  const staged = keysGiven ? { staged: { operationId: operation.operationId, languages: add } } : {};
  turn.state.plan.layout = { ...layout, ...staged };
  const words = [add.length ? `adding ${add.join(', ')}` : '', remove.length ? `removing ${remove.join(', ')}` : ''];
  begin(turn, operation, added, leaving, words.filter(Boolean).join(', '));
}

/** Languages of the event, without those being taken off. */
const languagesOf = (turn: Turn): string[] => eachesOf(turn.input.template, 'language', activeMembers(turn));

function languagesProblem(
  active: readonly string[],
  add: readonly string[],
  remove: readonly string[],
): string | undefined {
  const known = add.filter((language) => active.includes(language));
  const unknown = remove.filter((language) => !active.includes(language));
  if (known.length > 0) return `already there: ${known.join(', ')}`;
  if (unknown.length > 0)
    return `not there: ${unknown.map((each) => `${each}${languageHint(each, active)}`).join(', ')}`;
  if (active.length + add.length - remove.length < 1)
    return 'an event keeps at least one language; use teardown to end it';
  if (active.length + add.length > MAX_LANGUAGES) return `an event has at most ${MAX_LANGUAGES} languages`;
  return undefined;
}

/** Changes the count of a component: the highest numbers go first, the lowest free ones come. */
export function beginScale(
  turn: Turn,
  operation: OpenOperation,
  { component, count }: Extract<Command, { command: 'scale' }>,
): void {
  const { template } = turn.input;
  const counted = Object.keys(template.components).filter((name) => template.components[name]?.count !== undefined);
  const numbers = activeMembers(turn)
    .flatMap(({ name, each }) => (name === component && each !== undefined ? [Number(each)] : []))
    .sort((a, b) => a - b);
  let problem: string | undefined;
  if (!counted.includes(component))
    problem =
      counted.length > 0 ? `only ${counted.join(', ')} can be scaled` : `template ${template.name} counts no component`;
  else if (count === numbers.length) problem = `there are ${count} already`;
  else if (count > MAX_COUNT) problem = `there can be at most ${MAX_COUNT}`;
  if (problem) {
    closeOperation(turn, operation, 'refused', problem);
    return;
  }
  const free: number[] = [];
  for (let number = 1; numbers.length + free.length < count; number++) if (!numbers.includes(number)) free.push(number);
  const named = (all: readonly number[]) => all.map((number) => ({ name: component, each: `${number}` }));
  begin(turn, operation, named(free), named(numbers.slice(count)), `scaling ${component} to ${count}`);
}

/** Adds first. Only when all of it works is anything removed. */
function begin(
  turn: Turn,
  operation: OpenOperation,
  add: readonly Coming[],
  remove: readonly Component[],
  words: string,
): void {
  const { state, input } = turn;
  openOperation(turn, operation);
  let { members } = state.plan.layout;
  for (const one of add) members = placed(turn, members, one);
  state.plan.layout = { ...state.plan.layout, members };
  const ids = add.map(componentId);
  state.change = {
    kind: 'members',
    operationId: operation.operationId,
    add: ids,
    remove: remove.map(componentId),
    stage: 'add',
  };
  for (const member of members) if (ids.includes(componentId(member))) waitAgain(turn, nodesOf(input.template, member));
  // Secrets are set if absent: this makes those of the new components and takes in their keys.
  if (add.length > 0) waitAgain(turn, ['secrets']);
  enter(turn, 'changing', words);
}

/** Places a component after others of its name, in the lowest free address slot, under names that were never used. */
function placed(turn: Turn, members: readonly Member[], coming: Coming): Member[] {
  const { state, input } = turn;
  const { name } = coming;
  const component = componentId(coming);
  const variant = (own(state.plan.variants, component) ?? 0) + 1;
  state.plan.variants[component] = variant;
  const { sized } = kindOf(ruleOf(input.template, { name }));
  const member: Member = {
    ...coming,
    variant,
    ...(sized ? { slot: freeSlot(members), size: input.request.vmSizes[0] ?? '' } : {}),
  };
  const last = members.findLastIndex((other) => other.name === name);
  const before = last < 0 ? placeOf(input.template.components, members, name) : last + 1;
  return [...members.slice(0, before), member, ...members.slice(before)];
}

/** Index for the first component of a name: a status is positional, in the order of the template. */
function placeOf(components: Record<string, unknown>, members: readonly Member[], name: string): number {
  const order = Object.keys(components);
  const after = members.findIndex((member) => order.indexOf(member.name) > order.indexOf(name));
  return after < 0 ? members.length : after;
}

export function changeFailed(turn: Turn, failure: Failure): void {
  const { change } = turn.state;
  if (!change || change.failure) return;
  turn.state.change = { ...change, failure };
  journal(turn, 'change-failed', failureText(failure));
}

/** Ids of the nodes of these components. */
const nodesIn = ({ state, input }: Turn, components: readonly string[]): string[] =>
  state.plan.layout.members.flatMap((member) =>
    components.includes(componentId(member)) ? nodesOf(input.template, member) : [],
  );

/** Takes the change one step further when its current stage has ended. */
export function advanceMembers(turn: Turn, change: MembersChange): void {
  const { state } = turn;
  const added = nodesIn(turn, change.add);
  const busy = [...added, 'secrets'].some((id) => state.work.nodes[id]?.state === 'running');
  if (change.stage === 'add' && change.failure) {
    skipWaiting(turn, added);
    // The secrets of the new components are deleted with them.
    if (state.work.nodes.secrets?.state !== 'done' && !busy)
      state.work.nodes.secrets = {
        ...state.work.nodes.secrets,
        attempt: state.work.nodes.secrets?.attempt ?? 0,
        state: 'done',
      };
    if (!busy) takeOff(turn, { ...change, stage: 'undo' }, change.add);
    return;
  }
  if (change.stage === 'add') {
    startReady(turn);
    if (added.some((id) => state.work.nodes[id]?.state !== 'done')) return;
    takeOff(turn, { ...change, stage: 'remove' }, change.remove);
    return;
  }
  if (Object.keys(state.work.actions).some((id) => isAction('discard', id))) return;
  delete state.change;
  state.plan.layout = { ...state.plan.layout, members: activeMembers(turn) };
  const operation = state.commands.open.find(({ operationId }) => operationId === change.operationId);
  const { failure } = change;
  const after =
    change.stage === 'remove'
      ? 'what was not deleted stays and no longer belongs to the event'
      : 'the event is as it was';
  if (operation)
    closeOperation(turn, operation, failure ? 'failed' : 'done', failure && `${failureText(failure)}; ${after}`);
  enter(turn, 'live', failure ? 'the change was taken back' : 'the change is done');
}

function takeOff(turn: Turn, change: MembersChange, components: readonly string[]): void {
  const { state } = turn;
  state.change = change;
  const goes = (member: Member): boolean => components.includes(componentId(member));
  for (const member of state.plan.layout.members)
    if (goes(member) && !member.removed) discardMember(turn, member, true);
  const nodes = nodesIn(turn, components);
  state.plan.layout = {
    ...state.plan.layout,
    members: state.plan.layout.members.map((member) => (goes(member) ? { ...member, removed: true as const } : member)),
  };
  for (const component of components) delete state.health.components[component];
  for (const id of nodes) state.work.nodes[id] = { attempt: state.work.nodes[id]?.attempt ?? 0, state: 'skipped' };
  if (components.length === 0) advanceMembers(turn, change);
}
