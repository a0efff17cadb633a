import { componentId, parseComponent } from '../component.ts';
import { NODE_STATES } from '../lifecycle/entries.ts';
import { withReadings } from '../lifecycle/readings.ts';
import { operationId, resourceGroupName } from '../names.ts';
import { planGraph } from '../plan/graph.ts';
import { initialLayout, initialMembers } from '../plan/initial.ts';
import type { Layout, Member } from '../plan/layout.ts';
import type { Failure } from '../seam/failure.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { EVENT_STATES } from '../states.ts';
import { stepTimes } from '../template/schema.ts';
import type { DecodedNode, DecodedStatus, OpenOperationView } from './decoded.ts';
import { LETTER } from './encode.ts';
import { COMMANDS, type EncodedStatus } from './encoded.ts';
import { decodeAddress, expectedHosts } from './hosts.ts';

const iso = (status: EncodedStatus, second: number): string => new Date((status.b + second) * 1000).toISOString();
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function failureFrom(parts: readonly unknown[]): Failure {
  const [kind, code, message, resource, advice] = parts.map(text);
  return {
    class: (kind ?? 'unknown') as Failure['class'],
    code: code ?? '',
    message: message ?? '',
    ...(resource ? { resource } : {}),
    ...(advice ? { advice } : {}),
  };
}

const fullId = (status: EncodedStatus, suffix: unknown): string =>
  text(suffix).includes('-op-') ? text(suffix) : operationId(status.d, text(suffix));

/** Accepted operations that are not finished, newest last. */
export const openOperations = (status: EncodedStatus): OpenOperationView[] =>
  status.o.map(([suffix, command, at, failed]) => ({
    operationId: fullId(status, suffix),
    command: COMMANDS[Number(command)] ?? 'deploy',
    at: iso(status, Number(at)),
    ...(failed === undefined ? {} : { failed: text(failed) }),
  }));

/** The list read last of an input's status: what is compiled from a list is compiled once. */
const lists = new WeakMap<LifecycleInput, { text: string; members: Member[] }>();

function decodeMembers(input: LifecycleInput, { m: text }: EncodedStatus): Member[] {
  if (text === undefined) return initialMembers(input.template, input.request);
  const last = lists.get(input);
  if (last?.text === text) return last.members;
  const members = text
    .split(',')
    .filter(Boolean)
    .map((each) => {
      const [id = '', slot, variant, size, removed, audio] = each.split(':');
      return {
        ...parseComponent(id),
        variant: Number(variant),
        ...(slot ? { slot: Number(slot) } : {}),
        ...(size ? { size: input.request.vmSizes[Number(size)] ?? '' } : {}),
        ...(audio ? { audio } : {}),
        ...(removed ? { removed: true as const } : {}),
      };
    });
  lists.set(input, { text, members });
  return members;
}

function decodeNodes(input: LifecycleInput, status: EncodedStatus, members: readonly Member[]): DecodedNode[] {
  const parts = status.n.split(',');
  const failed = new Map((status.f ?? []).map(([index, ...failure]) => [Number(index), failureFrom(failure)]));
  return planGraph(input.template, members).map(({ id, kind, step, component }, index) => {
    const match = /^(.)([0-9a-z]+)?(?:\.([0-9a-z]+))?(?:\*([0-9a-z]+))?$/.exec(parts[index] ?? 'w');
    const [, letter = 'w', started, duration, attempt] = match ?? [];
    const start = started === undefined ? undefined : Number.parseInt(started, 36);
    const failure = failed.get(index);
    return {
      id,
      kind,
      ...(component === undefined ? {} : { component }),
      step,
      expectedSeconds: stepTimes(input.template, step).expected,
      state: NODE_STATES[LETTER.indexOf(letter)] ?? 'waiting',
      attempt: attempt === undefined ? (start === undefined ? 0 : 1) : Number.parseInt(attempt, 36),
      ...(start === undefined ? {} : { startedAt: iso(status, start) }),
      ...(start === undefined || duration === undefined
        ? {}
        : { finishedAt: iso(status, start + Number.parseInt(duration, 36)) }),
      ...(failure ? { failure } : {}),
    };
  });
}

function sickOf(members: readonly Member[], { g }: EncodedStatus): string[] {
  const names = members.map(componentId);
  return (g?.split(',') ?? []).flatMap((place) => names[Number(place)] ?? []);
}

function remediesOf(members: readonly Member[], { rem, b }: EncodedStatus): Record<string, number[]> {
  const names = members.map(componentId);
  return Object.fromEntries(
    (rem?.split(',') ?? []).map((each) => {
      const [place = 0, ...seconds] = each.split('.').map(Number);
      return [names[place] ?? '', seconds.map((second) => (b + second) * 1000)];
    }),
  );
}

/** Reads a lifecycle's customStatus back, with the plan recompiled from its input. */
export function decodeStatus(input: LifecycleInput, status: EncodedStatus): DecodedStatus {
  const members = decodeMembers(input, status);
  const region = input.request.regions[status.r] ?? '';
  const addresses = (status.a ?? '').split(',').map(decodeAddress);
  const time = (key: string, second: number | undefined) =>
    second === undefined ? {} : { [key]: iso(status, second) };
  const layout: Layout = { ...initialLayout(input), region, members };
  const given = new Map((status.h ?? []).map(([place, host]) => [Number(place), text(host)]));
  const [suffix, command, outcome, at, reason] = status.l ?? [];
  return {
    deploymentId: status.d,
    state: EVENT_STATES.find((state) => state === status.s) ?? 'preflight',
    since: iso(status, status.q),
    ...(status.p === undefined ? {} : { phase: status.p }),
    startedAt: iso(status, 0),
    ...time('createdAt', status.c),
    ...time('expiresAt', status.x),
    ...time('liveAt', status.t),
    ...time('endedAt', status.z),
    region,
    regionIndex: status.r,
    resourceGroup: resourceGroupName(input.event, Math.floor(Date.parse(input.acceptedAt) / 1000) + status.r),
    members,
    nodes: decodeNodes(input, status, members),
    ...(status.e
      ? { error: { failure: failureFrom(status.e), node: status.e[5] ?? '', consequence: status.e[6] ?? '' } }
      : {}),
    operations: openOperations(status),
    ...(status.l
      ? {
          lastOperation: {
            operationId: fullId(status, suffix),
            command: text(command),
            outcome: text(outcome),
            at: iso(status, Number(at)),
            ...(reason === undefined ? {} : { reason: text(reason) }),
          },
        }
      : {}),
    addresses: Object.fromEntries(
      members.flatMap((member, index) => (addresses[index] ? [[componentId(member), addresses[index]]] : [])),
    ),
    hosts: {
      ...expectedHosts(input, layout),
      ...Object.fromEntries(
        members.flatMap((member, place) => (given.has(place) ? [[componentId(member), given.get(place) ?? '']] : [])),
      ),
    },
    ...time('begunAt', status.pf),
    alarms: (status.y?.split(',') ?? []).map((each) => {
      const [alarm = '', generation, second] = each.split('.');
      return { alarm, generation: Number(generation), at: iso(status, Number(second)) };
    }),
    actions: (status.A ?? []).map(([id, attempt, second]) => ({
      id: text(id),
      attempt: Number(attempt),
      startedAt: iso(status, Number(second)),
    })),
    unsettled: status.i ?? 0,
    sick: sickOf(members, status),
    unhealthy: (status.u ?? []).map(([component, since, reasons, alert]) => ({
      component: text(component),
      since: iso(status, Number(since)),
      reasons: text(reasons),
      alert: alert === 1,
    })),
    remedied: status.k ?? [],
    remedies: remediesOf(members, status),
    commandsUsedUp: status.max === 1,
    ...(status.H === undefined ? {} : { held: status.H }),
    left: (status.L ?? []).map(([name = '', type = '', why = '']) => ({ name, type, why })),
    ...(status.w ? { untold: { count: status.w[0], since: iso(status, status.w[1]) } } : {}),
    money: { atBegin: (status.usd?.[0] ?? 0) / 1_000_000, perHour: (status.usd?.[1] ?? 0) / 1_000_000 },
    journal: withReadings(
      (status.j ?? [])
        .map(([second, code, words]) => ({ at: iso(status, Number(second)), code: text(code), text: text(words) }))
        .reverse(),
      (status.read ?? [])
        .map(([last, count, first, words]) => ({
          text: text(words),
          count: Number(count),
          first: (status.b + Number(first)) * 1000,
          last: (status.b + Number(last)) * 1000,
        }))
        .reverse(),
    ),
  };
}
