/** The wire form of a container group: what was put, without its secrets, and what goes on inside. */
import type { Json, JsonObject } from '../core/json.ts';
import { child, children, clone, isObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { defaultView } from '../core/view.ts';
import { groupState, type Life, type Moment, moment, type PastEvent } from './life.ts';

/** An instant that never comes (the last one a Date can hold). */
export const NEVER = 8.64e15;

/** The group's life, corrected by what a running create will really do (a fault may make it slow, stuck, or fail). */
export function lifeOf(sim: Sim<'operations'>, resource: Resource): Life {
  const life = resource.hidden.life as Life;
  const operation = sim.operations.running(resource.id).find((one) => one.kind === 'create' || one.kind === 'update');
  if (!operation) return life;
  const endsAt = Number.isFinite(operation.endsAt) && operation.endsAt !== null ? operation.endsAt : NEVER;
  if (operation.fails)
    return { ...life, startedAt: NEVER, pulledAt: NEVER, pullFails: isPullFailure(operation.fails.code) };
  if (endsAt <= life.startedAt) return life;
  return { ...life, startedAt: endsAt, pulledAt: Math.min(NEVER, endsAt - (life.startedAt - life.pulledAt)) };
}

/** Codes of a fault that mean: accepted, and then the image never comes. */
export const isPullFailure = (code: string | undefined): boolean => /image|pull|registry/i.test(code ?? '');

const eventView = (sim: Sim<'time'>, event: PastEvent): JsonObject => ({
  count: event.count,
  firstTimestamp: sim.time.iso(event.first),
  lastTimestamp: sim.time.iso(event.last),
  name: event.name,
  message: event.message,
  type: event.type,
});

function containerView(sim: Sim<'time'>, life: Life, now: Moment): JsonObject {
  const currentState: JsonObject = { state: now.state, detailStatus: now.detail };
  if (now.since !== undefined)
    currentState[now.state === 'Terminated' ? 'finishTime' : 'startTime'] = sim.time.iso(now.since);
  if (now.exitCode !== undefined) currentState.exitCode = now.exitCode;
  const view: JsonObject = {
    restartCount: now.restarts,
    currentState,
    events: now.events.map((one) => eventView(sim, one)),
  };
  if (life.previous) {
    view.previousState = {
      state: 'Terminated',
      exitCode: life.previous.exitCode,
      startTime: sim.time.iso(life.previous.startedAt),
      finishTime: sim.time.iso(life.previous.finishedAt),
      detailStatus: life.previous.detail,
    };
  }
  return view;
}

export const containersOf = (resource: Resource): { name: string; image: string }[] =>
  children(resource.properties, 'containers').map((one) => ({
    name: text(one, 'name') ?? '',
    image: text(child(one, 'properties'), 'image') ?? '',
  }));

/** `$expand`-less GET; `list` leaves the instance views out, as Azure does. */
export function groupView(sim: Sim<'time' | 'operations'>, resource: Resource, list: boolean): JsonObject {
  const properties = clone(resource.properties);
  const life = lifeOf(sim, resource);
  const now = sim.time.now();
  // `Pending` until the first pull begins, then `Creating` until the first container ran once.
  if (properties.provisioningState === 'Pending' && now >= life.pullAt) properties.provisioningState = 'Creating';
  if (resource.hidden.address && isObject(properties.ipAddress) && now < life.startedAt) delete properties.ipAddress;
  if (!list) {
    for (const container of children(properties, 'containers')) {
      const { name = '', properties: inner } = container;
      if (isObject(inner))
        inner.instanceView = containerView(
          sim,
          life,
          moment(life, now, { name: String(name), image: String(inner.image ?? '') }),
        );
    }
    properties.instanceView = { events: [] as Json[], state: groupState(life, now) };
  }
  return { ...defaultView(resource), properties };
}

/** Events of the first container, for the status of a running operation. */
export function operationEvents(sim: Sim<'time' | 'operations'>, resource: Resource | undefined): JsonObject[] {
  const first = resource && containersOf(resource)[0];
  if (!resource || !first) return [];
  return moment(lifeOf(sim, resource), sim.time.now(), first).events.map((one) => eventView(sim, one));
}

/** Drops what must not be stored or echoed: secure values, registry passwords, secret volumes. */
export function blankSecrets(properties: JsonObject): void {
  for (const kind of ['containers', 'initContainers'])
    for (const container of children(properties, kind))
      for (const variable of children(child(container, 'properties'), 'environmentVariables'))
        delete variable.secureValue;
  for (const credential of children(properties, 'imageRegistryCredentials')) delete credential.password;
  for (const volume of children(properties, 'volumes')) {
    if (volume.secret !== undefined) volume.secret = {};
    if (isObject(volume.azureFile)) delete volume.azureFile.storageAccountKey;
  }
  const workspace = child(child(properties, 'diagnostics'), 'logAnalytics');
  delete workspace.workspaceKey;
}
