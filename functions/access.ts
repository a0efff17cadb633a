/** Users and tokens of a stream server: its authorisation service keeps them, and the control plane tells it. */
import type { z } from 'zod';
import { clients } from '../azure/clients.ts';
import { unanswered } from '../azure/probe.ts';
import { askSealed } from '../azure/sealed.ts';
import { grantedSchema, grantSchema, listedSchema, type Question, withdrawnSchema } from '../contract/access.ts';
import {
  accessGrantedSchema,
  accessListSchema,
  accessWithdrawnSchema,
  withdrawSchema,
} from '../contract/api/access.ts';
import { kindOf } from '../domain/kinds/index.ts';
import { own } from '../domain/own.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { readAt } from '../inspect/relay.ts';
import { type Call, type Door, door } from './door.ts';
import { writeDown } from './note.ts';
import { partsIn } from './parts.ts';
import { Problem } from './problem.ts';
import { randomHex } from './random.ts';
import { tellable } from './told.ts';
import { decoded } from './views.ts';

/** Bytes of chance in a token. */
const TOKEN_BYTES = 20;

interface Service {
  lifecycle: Lifecycle;
  event: string;
  component: string;
  ask<S extends z.ZodType>(question: Question, schema: S): Promise<z.output<S>>;
}

/** The authorisation service of the event that a call names. @throws Problem 404, 409, 410 */
async function serviceOf(call: Pick<Call, 'durable' | 'param' | 'settings'>): Promise<Service> {
  const { lifecycle } = await tellable(call, 'access');
  for (const part of partsIn(lifecycle)) {
    const place = kindOf(part.rule).access?.(part);
    if (!place) continue;
    const azure = await clients(call.settings.subscriptionId);
    const secret = await readAt(azure, call.settings, place.secret);
    if (secret === undefined)
      throw new Problem(409, 'The event is not made yet; ask again when provisioning has begun');
    const host = own(decoded(lifecycle).hosts, part.id) ?? place.host;
    const failed = (reason: string) =>
      new Problem(503, `${part.id} cannot be asked: ${reason}`, { headers: { 'retry-after': '5' } });
    return {
      ...{ lifecycle, event: lifecycle.input.event, component: part.id },
      async ask(question, schema) {
        const answer = await askSealed(azure.transport, { host, port: place.port, secret }, question).catch((error) => {
          throw failed(unanswered(error));
        });
        const read = schema.safeParse(answer);
        if (!read.success) throw failed('its answer cannot be read');
        return read.data;
      },
    };
  }
  throw new Error(`${lifecycle.input.template.name} keeps access, and no part of it does`);
}

const answers = {
  404: 'No such event',
  409: 'It has no authorisation service, or none yet',
  410: 'The event is gone',
  503: 'The authorisation service does not answer',
};

export const accessDoors: Door[] = [
  door({
    name: 'api-events-access',
    method: 'GET',
    route: 'api/events/{event}/access',
    access: 'viewer',
    summary: 'Who may publish and play on a stream server, and who does',
    bodies: { 200: accessListSchema },
    answers: { 200: 'Users and sessions, without any secret', ...answers },
    async handle(call) {
      const { ask, event, component } = await serviceOf(call);
      return { json: { event, component, ...(await ask({ do: 'list' }, listedSchema)) } };
    },
  }),
  door({
    name: 'api-events-access-grant',
    method: 'POST',
    route: 'api/events/{event}/access',
    access: 'operator',
    summary: 'Makes or changes a user of a stream server, with one more token',
    schema: grantSchema,
    bodies: { 200: accessGrantedSchema },
    answers: { 200: 'The token, shown this once', ...answers },
    async handle(call) {
      const { lifecycle, ask, event, component } = await serviceOf(call);
      const { name, role, paths } = call.body;
      await writeDown(call, lifecycle, 'command', `access ${name} ${[role, ...paths].join(' ')} by ${call.who.name}`);
      const secret = randomHex(TOKEN_BYTES);
      const granted = await ask({ do: 'grant', grant: call.body, token: secret }, grantedSchema);
      if ('full' in granted) throw new Problem(409, `No more can be made: ${granted.full}`);
      return { json: { event, component, user: granted.user, token: { id: granted.token, secret } } };
    },
  }),
  door({
    name: 'api-events-access-withdraw',
    method: 'POST',
    route: 'api/events/{event}/access/withdraw',
    access: 'operator',
    summary:
      'Withdraws a user of a stream server, or one token: nothing new begins by it, and what runs ends within seconds',
    schema: withdrawSchema,
    bodies: { 200: accessWithdrawnSchema },
    answers: { 200: 'Withdrawn', ...answers, 404: 'No such event, user or token' },
    async handle(call) {
      const { lifecycle, ask, event, component } = await serviceOf(call);
      const { name, token } = call.body;
      const which = token === undefined ? name : `${name} token ${token}`;
      await writeDown(call, lifecycle, 'command', `access withdraw ${which} by ${call.who.name}`);
      const { withdrawn, ended } = await ask(
        { do: 'withdraw', name, ...(token === undefined ? {} : { token }) },
        withdrawnSchema,
      );
      if (!withdrawn)
        throw new Problem(404, `There is no ${which}; \`stream-control access list ${event}\` says who there is`);
      return { json: { event, component, name, ended } };
    },
  }),
];
