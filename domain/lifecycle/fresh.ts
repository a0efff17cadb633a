/** Makes states: the first one of an event, and the copy that a turn works on. */
import { componentId } from '../component.ts';
import { operationId } from '../names.ts';
import { planGraph } from '../plan/graph.ts';
import { initialLayout } from '../plan/initial.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { LifecycleState } from './state.ts';

/** The state of an event that was requested and nothing more. */
export function firstState(input: LifecycleInput, now: number): LifecycleState {
  const layout = initialLayout(input);
  const { members, resourceGroup } = layout;
  const nodes = planGraph(input.template, members).map(({ id }) => [id, { state: 'waiting' as const, attempt: 0 }]);
  const deploy = { operationId: operationId(input.deploymentId, 'deploy'), name: 'deploy' as const };
  return {
    life: { state: 'scheduled', since: now, startedAt: now },
    plan: { layout, variants: Object.fromEntries(members.map((member) => [componentId(member), member.variant])) },
    regions: { index: 0, groups: [resourceGroup], abandoned: [], cleared: [] },
    work: { nodes: Object.fromEntries(nodes), passed: {}, actions: {}, attempts: {}, deaths: {} },
    commands: { open: [{ ...deploy, by: input.by, at: now }], taken: {}, counted: 0 },
    alarms: { armed: {}, generations: {} },
    expiry: { acknowledge: [] },
    removal: { count: 0, left: [] },
    money: { ledger: {} },
    health: { components: {}, alerts: {} },
    remedies: { running: {}, past: {}, called: {} },
    outbox: { unconfirmed: [], notifications: 0, untold: {} },
    journal: { entries: [], readings: [], notes: 0 },
    end: { outcome: 'gone', reason: '' },
  };
}

/** A copy whose containers may be changed in place. Records inside them are replaced, never changed. */
export function copyOf(state: LifecycleState): LifecycleState {
  const { plan, regions, work, commands, alarms, expiry, health, remedies, outbox } = state;
  return {
    ...state,
    life: { ...state.life },
    plan: { ...plan, variants: { ...plan.variants } },
    regions: { ...regions, abandoned: [...regions.abandoned], cleared: [...regions.cleared] },
    work: {
      nodes: { ...work.nodes },
      passed: { ...work.passed },
      actions: { ...work.actions },
      attempts: { ...work.attempts },
      deaths: { ...work.deaths },
    },
    commands: { ...commands, open: [...commands.open], taken: { ...commands.taken } },
    alarms: { armed: { ...alarms.armed }, generations: { ...alarms.generations } },
    expiry: { ...expiry, acknowledge: [...expiry.acknowledge] },
    removal: { ...state.removal },
    money: { ...state.money },
    health: { ...health, components: { ...health.components } },
    remedies: { running: { ...remedies.running }, past: { ...remedies.past }, called: { ...remedies.called } },
    outbox: { ...outbox, unconfirmed: [...outbox.unconfirmed] },
    journal: { ...state.journal },
    end: { ...state.end },
  };
}
