// Durable functions that depend on their host: clients in HTTP, timer and activity functions, a sleep by the app's clock port.
import { app } from '@azure/functions';
import * as df from 'durable-functions';

const ports = () => globalThis[Symbol.for('stream-control.ports')];
const sleep = (ms) => new Promise((resolve) => (ports() ? ports().timer(ms, resolve) : setTimeout(resolve, ms)));

df.app.orchestration('day', function* (context) {
  const from = context.df.currentUtcDateTime;
  yield context.df.createTimer(new Date(from.getTime() + 24 * 3600e3));
  const said = yield context.df.callActivity('relay', context.df.instanceId);
  const answer = yield context.df.waitForExternalEvent('answer');
  return { hours: (context.df.currentUtcDateTime - from) / 3600e3, said, answer };
});
df.app.activity('relay', {
  extraInputs: [df.input.durableClient()],
  handler: async (id, context) => {
    await sleep(900e3);
    await df.getClient(context).raiseEvent(id, 'answer', { from: 'activity' });
    return `relayed ${id}`;
  },
});
const input = [df.input.durableClient()];
app.post('start', {
  route: 'start/{id}',
  extraInputs: input,
  handler: async (request, context) => {
    const client = df.getClient(context);
    return client.createCheckStatusResponse(request, await client.startNew('day', { instanceId: request.params.id }));
  },
});
app.get('look', {
  route: 'look/{id}',
  extraInputs: input,
  handler: async (request, context) => ({ jsonBody: await df.getClient(context).getStatus(request.params.id) }),
});
app.get('hub', {
  extraInputs: input,
  handler: async (request, context) => ({ body: df.getClient(context).taskHubName }),
});
