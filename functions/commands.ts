/** The doors that change an existing event. */

import { acceptedSchema, remedyPreviewSchema } from '../contract/api/operation.ts';
import { own } from '../domain/own.ts';
import { emptySchema, extendSchema, remediateSchema, replaceSchema, scaleSchema } from '../domain/request/commands.ts';
import { remedyByHand } from '../domain/status/remedy.ts';
import { ports } from '../ports/index.ts';
import { imageProblem } from './catalogue.ts';
import { admitted, eventNamed, knownLifecycle, sendCommand } from './command.ts';
import { type Door, door } from './door.ts';
import { imagesOf } from './installation.ts';
import { partsIn } from './parts.ts';
import { invalid } from './problem.ts';
import { decoded } from './views.ts';

export const commandAnswers = {
  202: 'Accepted',
  404: 'No such event',
  409: 'Conflicts with the state',
  410: 'The event is gone',
};

const power = (verb: 'pause' | 'resume' | 'relocate', summary: string): Door =>
  door({
    name: `api-events-${verb}`,
    method: 'POST',
    route: `api/events/{event}/${verb}`,
    access: 'operator',
    summary,
    schema: emptySchema,
    bodies: { 202: acceptedSchema },
    answers: commandAnswers,
    handle: (call) => sendCommand(call, eventNamed(call.param('event')), { command: verb }),
  });

export const commandDoors: Door[] = [
  door({
    name: 'api-events-extend',
    method: 'POST',
    route: 'api/events/{event}/extend',
    access: 'operator',
    summary: 'Moves the end of an event',
    schema: extendSchema,
    bodies: { 202: acceptedSchema },
    answers: commandAnswers,
    handle: (call) =>
      sendCommand(call, eventNamed(call.param('event')), {
        command: 'extend',
        ...(call.body.until === undefined ? {} : { until: new Date(call.body.until).toISOString() }),
        ...(call.body.ttl === undefined ? {} : { ttlSeconds: call.body.ttl }),
      }),
  }),
  power('pause', 'Deallocates the mixers and stops the containers'),
  power('resume', 'Brings a paused event back'),
  power('relocate', 'Makes a degraded event anew in the next region of its request'),
  door({
    name: 'api-events-scale',
    method: 'POST',
    route: 'api/events/{event}/scale',
    access: 'operator',
    summary: 'So many of a component that the template counts',
    schema: scaleSchema,
    bodies: { 202: acceptedSchema },
    answers: commandAnswers,
    handle: (call) => sendCommand(call, eventNamed(call.param('event')), { command: 'scale', ...call.body }),
  }),
  door({
    name: 'api-events-relay',
    method: 'POST',
    route: 'api/events/{event}/relay',
    access: 'operator',
    summary: 'Replaces the image of a container group in place',
    schema: replaceSchema,
    bodies: { 202: acceptedSchema },
    answers: commandAnswers,
    async handle(call) {
      const event = eventNamed(call.param('event'));
      const lifecycle = await knownLifecycle(call, event);
      const replaceable = partsIn(lifecycle).filter(({ rule }) => rule.kind === 'containers');
      const { component = replaceable[0]?.id ?? '' } = call.body;
      const part = replaceable.find(({ id }) => id === component);
      const known = replaceable.map(({ id }) => id).join(', ');
      if (!part)
        throw invalid([
          {
            path: 'component',
            message: known ? `must be one of ${known}` : 'the event has none that runs an image of its own',
          },
        ]);
      const images = imagesOf(call.settings);
      const named = String((part.rule as { image?: unknown }).image);
      const image = call.body.image ?? own(images, named) ?? named;
      const why = imageProblem(call.settings)(image);
      if (why !== undefined) throw invalid([{ path: 'image', message: why }]);
      return await sendCommand(call, event, { command: 'replace', component, image });
    },
  }),
  door({
    name: 'api-events-remediate',
    method: 'POST',
    route: 'api/events/{event}/remediate',
    access: 'operator',
    summary: 'Climbs a rung of the ladder for one component',
    schema: remediateSchema,
    bodies: { 200: remedyPreviewSchema, 202: acceptedSchema },
    answers: { ...commandAnswers, 200: 'Dry run: what would be done' },
    async handle(call) {
      const { component, rung, dryRun } = call.body;
      const event = eventNamed(call.param('event'));
      const command = { command: 'remediate' as const, component, ...(rung ? { rung } : {}) };
      if (!dryRun) return await sendCommand(call, event, command);
      const lifecycle = await knownLifecycle(call, event);
      const verdict = admitted(lifecycle, command);
      if (verdict.answer !== 'accept')
        return { json: { event, component, wouldBe: verdict.answer, reason: verdict.reason } };
      const would = remedyByHand(lifecycle.input.template, decoded(lifecycle), command, ports().now());
      return {
        json:
          'rung' in would
            ? { event, component, rung: would.rung, wouldBe: 'accept' }
            : { event, component, wouldBe: 'refused', reason: would.problem },
      };
    },
  }),
];
