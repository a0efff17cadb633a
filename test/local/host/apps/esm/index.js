// An ES-module app: top-level await, both packages imported, durable client in an HTTP function.
import { app } from '@azure/functions';
import * as df from 'durable-functions';

await Promise.resolve();
df.app.activity('shout', { handler: (text) => `${text}!` });
df.app.orchestration('greet', function* (context) {
  return yield context.df.callActivity('shout', context.df.getInput());
});
app.http('hello', {
  route: 'hello/{name?}',
  handler: async (request) => ({ jsonBody: { name: request.params.name ?? null } }),
});
app.http('payload', {
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => ({ jsonBody: df.getClient(context).createHttpManagementPayload('abc') }),
});
