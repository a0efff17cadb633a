/**
 * The training ground: faults by name, for people who practise on a simulated Azure. The page may speak to nobody but this app, so
 * the app hands them to the simulator; where there is no simulator there is no such door.
 */
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { clients } from '../azure/clients.ts';
import type { Settings } from '../azure/settings.ts';
import { type ExerciseRequest, exerciseSchema, trainingSchema } from '../contract/api/training.ts';
import { EXERCISES, type Exercise } from '../contract/exercises.ts';
import { type Door, door } from './door.ts';
import { Problem } from './problem.ts';

interface Rule {
  match: { type: string; name?: string; operation?: string };
  times?: number;
  outcome: { kind: string; status?: number; code?: string; message?: string; seconds?: number };
}

const MACHINE = 'Microsoft.Compute/virtualMachines';
const CONTAINERS = 'Microsoft.ContainerInstance/containerGroups';

/** As resourceName has it. */
const mixerOf = ({ language = '*', event = '*' }: ExerciseRequest): Rule['match'] => ({
  type: MACHINE,
  name: `mixer-${language}-${event}*`,
});
const relayOf = ({ event = '*' }: ExerciseRequest): Rule['match'] => ({ type: CONTAINERS, name: `relay-${event}-*` });
const RULES: Record<Exercise, (asked: ExerciseRequest) => Rule> = {
  'mixer-dies': (asked) => ({ match: mixerOf(asked), times: 1, outcome: { kind: 'silent' } }),
  'mixer-unwell': (asked) => ({ match: mixerOf(asked), times: 1, outcome: { kind: 'unhealthy' } }),
  'presenter-gone': (asked) => ({
    match: relayOf(asked),
    times: 1,
    outcome: { kind: 'inside', code: 'MainPresenterGone' },
  }),
  'relay-gone': (asked) => ({ match: relayOf(asked), times: 1, outcome: { kind: 'silent' } }),
  'relay-unwell': (asked) => ({ match: relayOf(asked), times: 1, outcome: { kind: 'unhealthy' } }),
  'no-room': () => ({
    match: { type: MACHINE, operation: 'create' },
    outcome: {
      kind: 'operation-fails',
      code: 'AllocationFailed',
      message: 'Allocation failed: no room in this region',
    },
  }),
  'azure-slow': () => ({ match: { type: MACHINE, operation: 'create' }, outcome: { kind: 'slow', seconds: 600 } }),
  'azure-throttles': () => ({ match: { type: '*', operation: 'create' }, outcome: { kind: 'throttle', seconds: 10 } }),
};

interface Standing extends Rule {
  matches: number;
  hits: number;
}

async function faults(settings: Settings, method: 'GET' | 'PUT', plan?: readonly Rule[]): Promise<Standing[]> {
  const { transport } = await clients(settings.subscriptionId);
  const request = createPipelineRequest({
    url: `${settings.simulatorUrl}/_sim/faults`,
    method,
    allowInsecureConnection: true,
    ...(plan ? { body: JSON.stringify(plan) } : {}),
  });
  if (plan) request.headers.set('content-type', 'application/json');
  const response = await transport.sendRequest(request);
  if (response.status >= 300) throw new Problem(502, `The simulator answered ${response.status} to a fault plan`);
  return method === 'GET' ? (JSON.parse(response.bodyAsText ?? '[]') as Standing[]) : [];
}

const withoutCounts = ({ matches: _matches, hits: _hits, ...rule }: Standing): Rule => rule;
/** Which exercise a rule of the plan is: it is read from the plan itself, nothing is remembered here. Other rules are somebody's own. */
function exerciseOf(rule: Standing): (ExerciseRequest & { hits: number }) | undefined {
  const { name = '' } = rule.match;
  const [, language, event = /^relay-(.+)-\*$/.exec(name)?.[1]] = /^mixer-([^-]+)-(.+)\*$/.exec(name) ?? [];
  const named = (text: string | undefined) => text !== undefined && text !== '*';
  const asked = { ...(named(language) ? { language } : {}), ...(named(event) ? { event } : {}) } as Omit<
    ExerciseRequest,
    'exercise'
  >;
  const meant = JSON.stringify(withoutCounts(rule));
  const exercise = EXERCISES.find((one) => JSON.stringify(RULES[one]({ exercise: one, ...asked })) === meant);
  return exercise && { exercise, ...asked, hits: rule.hits };
}

const running = (plan: readonly Standing[]) => ({ running: plan.flatMap((rule) => exerciseOf(rule) ?? []) });

/** @throws Problem 404 where Azure is Azure */
function onlySimulated({ simulatorUrl }: Settings): void {
  if (simulatorUrl === undefined)
    throw new Problem(404, 'This control plane works on Azure; there is nothing to practise on');
}

export const trainingDoors: Door[] = [
  door({
    name: 'api-training',
    method: 'GET',
    route: 'api/training',
    access: 'viewer',
    summary: 'Faults that people practise on, where a simulator stands in for Azure',
    bodies: { 200: trainingSchema },
    answers: { 200: 'Those that are in force', 404: 'This is Azure' },
    async handle({ settings }) {
      onlySimulated(settings);
      return { json: running(await faults(settings, 'GET')) };
    },
  }),
  door({
    name: 'api-training-begin',
    method: 'POST',
    route: 'api/training',
    access: 'operator',
    summary: 'Lets something of the simulated Azure fail',
    schema: exerciseSchema,
    bodies: { 200: trainingSchema },
    answers: { 200: 'Those that are in force', 404: 'This is Azure' },
    async handle({ settings, body }) {
      onlySimulated(settings);
      const rule = RULES[body.exercise](body);
      const meant = JSON.stringify(rule);
      // Given again it strikes again. What has struck once and was healed must not do so because of another.
      const others = (await faults(settings, 'GET'))
        .filter(({ times, hits }) => times === undefined || hits < times)
        .map(withoutCounts)
        .filter((one) => JSON.stringify(one) !== meant);
      await faults(settings, 'PUT', [rule, ...others]);
      return { json: running(await faults(settings, 'GET')) };
    },
  }),
  door({
    name: 'api-training-end',
    method: 'DELETE',
    route: 'api/training',
    access: 'operator',
    summary: 'Ends every fault that people practise on',
    bodies: { 200: trainingSchema },
    answers: { 200: 'None is in force', 404: 'This is Azure' },
    async handle({ settings }) {
      onlySimulated(settings);
      const others = (await faults(settings, 'GET')).filter((rule) => !exerciseOf(rule)).map(withoutCounts);
      await faults(settings, 'PUT', others);
      return { json: { running: [] } };
    },
  }),
];
