import { componentId } from '../component.ts';
import { COMMAND_LIMIT } from '../lifecycle/admission.ts';
import type { NodeRecord } from '../lifecycle/entries.ts';
import { NODE_STATES } from '../lifecycle/entries.ts';
import { LONGEST_LADDER } from '../lifecycle/ladder.ts';
import { rateOf, spentUntil } from '../lifecycle/ledger.ts';
import { byText, type Reading, together } from '../lifecycle/readings.ts';
import type { LifecycleState } from '../lifecycle/state.ts';
import { parseOperationId } from '../names.ts';
import { own } from '../own.ts';
import { planGraph } from '../plan/graph.ts';
import { initialMembers } from '../plan/initial.ts';
import type { Member } from '../plan/layout.ts';
import { complaintsText, isAlert } from '../seam/complaint.ts';
import type { Failure } from '../seam/failure.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { COMMANDS, type EncodedFailure, type EncodedStatus, STATUS_LIMIT } from './encoded.ts';
import { encodeAddress, expectedHosts, shownHosts } from './hosts.ts';

/** Open operations shown; more than these are read as pending. */
const OPERATIONS = 20;

/**
 * Encodes a state into at most {@link STATUS_LIMIT} characters of JSON. Required parts are bounded by construction. The rest (addresses,
 * failures, health, journal) is added while there is room, most important first.
 */
export function encodeStatus(input: LifecycleInput, state: LifecycleState): EncodedStatus {
  const second = (time: number): number => Math.round((time - state.life.startedAt) / 1000);
  const graph = planGraph(input.template, state.plan.layout.members);
  const last = state.commands.last;
  const encoded: EncodedStatus = {
    v: 1,
    s: state.life.state,
    d: input.deploymentId,
    b: Math.round(state.life.startedAt / 1000),
    q: second(state.life.since),
    n: graph.map(({ id }) => encodeNode(state.work.nodes[id], second)).join(','),
    r: state.regions.index,
    o: state.commands.open.slice(-OPERATIONS).map(({ operationId, name, at, failed }) => {
      const open = [suffixOf(operationId), COMMANDS.indexOf(name), second(at)] as const;
      // Only a teardown stays open after a failure, and there is only one.
      return failed === undefined || name !== 'teardown' ? [...open] : [...open, clip(failed, 200)];
    }),
  };
  const members = encodeMembers(input, state);
  if (members !== undefined) encoded.m = members;
  if (state.life.begunAt !== undefined) encoded.pf = second(state.life.begunAt);
  if (state.removal.stopping) encoded.p = 'stopping';
  else if (state.removal.current?.running && state.removal.current.purpose !== 'abandoned') encoded.p = 'removing';
  else if (state.end.finishing) encoded.p = 'ended';
  if (state.work.nodes['resource-group']?.attempt) encoded.c = second(Date.parse(state.plan.layout.createdAt));
  if (encoded.c !== undefined) encoded.x = second(Date.parse(state.plan.layout.expiresAt));
  if (Object.keys(state.money.ledger).length > 0)
    encoded.usd = [
      micro(spentUntil(state.money.ledger, Math.round(state.life.startedAt / 1000) * 1000)),
      micro(rateOf(state.money.ledger)),
    ];
  if (state.journal.readings.length > 0) encoded.read = encodeReadings(state.journal.readings, second);
  if (state.commands.counted >= COMMAND_LIMIT) encoded.max = 1;
  if (state.life.liveAt !== undefined) encoded.t = second(state.life.liveAt);
  if (state.end.at !== undefined) encoded.z = second(state.end.at);
  if (last) {
    const reason = 'reason' in last && last.reason ? [clip(last.reason, 300)] : [];
    encoded.l = [suffixOf(last.operationId), last.command, last.outcome, second(Date.parse(last.at)), ...reason];
  }
  if (state.expiry.hold !== undefined) encoded.H = clip(state.expiry.hold, 40);
  const sick = state.plan.layout.members
    .map(componentId)
    .flatMap((component, index) => (own(state.health.components, component)?.healthy === false ? [index] : []));
  const armed = Object.entries(state.alarms.armed).map(
    ([alarm, { generation, at }]) => `${alarm}.${generation}.${second(at)}`,
  );
  if (armed.length > 0) encoded.y = armed.join(',');
  if (sick.length > 0) encoded.g = sick.join(',');
  const untold = Object.values(state.outbox.untold);
  if (untold.length > 0) encoded.w = [untold.length, second(Math.min(...untold))];
  if (state.end.error)
    encoded.e = [
      ...encodeFailure(state.end.error.failure, 600),
      state.end.error.node ?? '',
      clip(state.end.error.consequence, 200),
    ];

  // With room for `i`, which is known last.
  let left = STATUS_LIMIT - JSON.stringify(encoded).length - 10;
  /** Adds an optional part when it fits. */
  const add = (key: 'a' | 'h' | 'k' | 'rem', value: unknown): void => {
    const size = JSON.stringify(value).length + key.length + 4;
    if (size > left) return;
    encoded[key] = value as never;
    left -= size;
  };
  /** Adds as many items of a list as fit. */
  const addItems = (key: 'A' | 'f' | 'u' | 'L' | 'j', items: Iterable<unknown[]>, reserve: number): number => {
    const kept: unknown[] = [];
    left -= key.length + 6;
    for (const item of items) {
      const size = JSON.stringify(item).length + 1;
      if (left - size < reserve) break;
      kept.push(item);
      left -= size;
    }
    if (kept.length > 0) encoded[key] = kept as never;
    return kept.length;
  };
  const addresses = state.plan.layout.members.map((member) =>
    encodeAddress(own(state.plan.layout.addresses ?? {}, componentId(member))),
  );
  if (addresses.some(Boolean)) add('a', addresses.join(','));
  const hosts = encodeHosts(input, state);
  if (hosts.length > 0) add('h', hosts);
  if (Object.keys(state.remedies.running).length > 0) add('k', Object.keys(state.remedies.running));
  const remedied = encodeRemedied(state, second);
  if (remedied) add('rem', remedied);
  const shown = addItems('A', actions(state, second), 900);
  const unsettled = state.outbox.unconfirmed.length + Object.keys(state.work.actions).length - shown;
  if (unsettled > 0) encoded.i = unsettled;
  addItems('f', failures(state, graph), 600);
  addItems('u', unhealthy(state, second), 300);
  addItems(
    'L',
    state.removal.left.map(({ name, type, why }) => [clip(name, 80), clip(type, 80), clip(why, 100)]),
    200,
  );
  addItems('j', journalTail(state, second), 0);
  return encoded;
}

/** One letter for the state, then start and duration in base 36, then the attempt when it is not the first: `d1k.5*2`. */
function encodeNode(node: NodeRecord | undefined, second: (time: number) => number): string {
  if (!node) return 'w';
  let text = LETTER[NODE_STATES.indexOf(node.state)] ?? 'w';
  if (node.startedAt !== undefined) text += Math.max(0, second(node.startedAt)).toString(36);
  if (node.startedAt !== undefined && node.finishedAt !== undefined)
    text += `.${Math.max(0, Math.round((node.finishedAt - node.startedAt) / 1000)).toString(36)}`;
  if (node.attempt > 1) text += `*${node.attempt.toString(36)}`;
  return text;
}
export const LETTER = 'wrdfsk';

/** When components were remedied lately, the latest few times each: `place.second.second`. */
function encodeRemedied(state: LifecycleState, second: (time: number) => number): string {
  return state.plan.layout.members
    .map(componentId)
    .flatMap((component, place) => {
      const times = (own(state.remedies.past, component) ?? []).slice(-LONGEST_LADDER);
      return times.length > 0 ? [[place, ...times.map(second)].join('.')] : [];
    })
    .join(',');
}

/** Characters for the readings of secrets. They are never left out; many are counted together. */
const READINGS = 900;

/** last, count, first, text; newest first. */
function encodeReadings(readings: readonly Reading[], second: (time: number) => number): (string | number)[][] {
  const row = ({ text, count, first, last }: Reading) => [second(last), count, second(first), clip(text, 200)];
  const fitting = (all: readonly Reading[]): (string | number)[][] => {
    const rows: (string | number)[][] = [];
    let left = READINGS;
    for (const reading of [...all].reverse()) {
      left -= JSON.stringify(row(reading)).length + 1;
      if (left < 0) break;
      rows.push(row(reading));
    }
    return rows;
  };
  const each = fitting(readings);
  if (each.length === readings.length) return each;
  const different = byText(readings);
  const rows = fitting(different);
  const others = together(different.slice(0, different.length - rows.length));
  return others ? [...rows, row(others)] : rows;
}

/** The components as they stand, when they are not what the request began with: `id:slot:variant:size:removed:audio`. */
function encodeMembers(input: LifecycleInput, state: LifecycleState): string | undefined {
  const text = (member: Member): string => {
    const { slot, variant, size, removed, audio } = member;
    const place = size === undefined ? '' : `${input.request.vmSizes.indexOf(size)}`;
    const sound = audio === undefined ? '' : `:${audio}`;
    return `${componentId(member)}:${slot ?? ''}:${variant}:${place}${removed ? ':1' : sound && ':'}${sound}`;
  };
  const first = initialMembers(input.template, input.request).map(text).join(',');
  const now = state.plan.layout.members.map(text).join(',');
  return now === first ? undefined : now;
}

/** Names that Azure gave otherwise than was expected. */
function encodeHosts(input: LifecycleInput, state: LifecycleState): (string | number)[][] {
  const expected = expectedHosts(input, state.plan.layout);
  const shown = shownHosts(input, state);
  return state.plan.layout.members.flatMap((member, place) => {
    const host = own(shown, componentId(member));
    return host === undefined || host === own(expected, componentId(member)) ? [] : [[place, host]];
  });
}

function* failures(state: LifecycleState, graph: readonly { id: string }[]): Iterable<unknown[]> {
  for (const [index, { id }] of graph.entries()) {
    const failure = state.work.nodes[id]?.failure;
    if (failure) yield [index, ...encodeFailure(failure, 240)];
  }
}

function* actions(state: LifecycleState, second: (time: number) => number): Iterable<unknown[]> {
  for (const [id, { attempt, startedAt }] of Object.entries(state.work.actions)) yield [id, attempt, second(startedAt)];
}

function* unhealthy(state: LifecycleState, second: (time: number) => number): Iterable<unknown[]> {
  for (const [component, { healthy, since, problems }] of Object.entries(state.health.components))
    if (!healthy)
      yield [component, second(since), clip(complaintsText(problems), 160), ...(problems.every(isAlert) ? [1] : [])];
}

/** Newest first, so that the oldest are what does not fit. */
function* journalTail(state: LifecycleState, second: (time: number) => number): Iterable<unknown[]> {
  for (const entry of state.journal.entries.slice(-60).reverse())
    yield [second(Date.parse(entry.at)), entry.code, clip(entry.text, 160)];
}

const encodeFailure = (failure: Failure, longest: number): EncodedFailure => [
  failure.class,
  clip(failure.code, 80),
  clip(failure.message, longest),
  clip(failure.resource ?? '', 160),
  clip(failure.advice ?? '', 240),
];

/** Millionths of a dollar: whole numbers are shorter. */
const micro = (dollars: number): number => Math.round(dollars * 1_000_000);

const suffixOf = (operationId: string): string => parseOperationId(operationId)?.suffix ?? clip(operationId, 80);

/** Cuts a text so that its JSON has at most `longest` characters between the quotes. */
export function clip(text: string, longest: number): string {
  let end = Math.min(text.length, longest);
  while (end > 0 && JSON.stringify(text.slice(0, end)).length - 2 > longest - (end < text.length ? 1 : 0)) {
    end -= Math.max(1, Math.floor((JSON.stringify(text.slice(0, end)).length - 2 - longest) / 6));
  }
  return end < text.length ? `${text.slice(0, Math.max(0, end))}…` : text;
}
