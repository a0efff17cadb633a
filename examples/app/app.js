/**
 * A Functions app of the v4 programming model that has nothing to do with events: the sound check of a room. It is started by HTTP, asks
 * every microphone, and waits until somebody says that it sounds well, for a minute at most. It runs on Azure as it is, and here with
 * `npm run host -- --app examples/app`.
 */
import { app } from '@azure/functions';
import * as df from 'durable-functions';

const MINUTE = 60_000;

df.app.activity('measure', {
  // In a real room this asks the mixing desk; the level is in dBFS.
  handler: (microphone) => ({ microphone, level: -18 - (microphone.length % 6) }),
});

df.app.orchestration('soundCheck', function* (context) {
  const { microphones } = context.df.getInput();
  const levels = yield context.df.Task.all(microphones.map((each) => context.df.callActivity('measure', each)));
  context.df.setCustomStatus({ levels });
  const deadline = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + MINUTE));
  const heard = context.df.waitForExternalEvent('heard');
  const first = yield context.df.Task.any([heard, deadline]);
  if (first === deadline) return { passed: false, reason: 'nobody listened', levels };
  deadline.cancel();
  return { passed: heard.result === true, levels };
});

app.http('start', {
  methods: ['POST'],
  route: 'sound-checks/{room}',
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  async handler(request, context) {
    const { microphones = [] } = await request.json();
    if (!Array.isArray(microphones) || microphones.length === 0)
      return { status: 400, jsonBody: { detail: 'microphones: name at least one' } };
    const client = df.getClient(context);
    const instanceId = await client.startNew('soundCheck', { instanceId: request.params.room, input: { microphones } });
    return client.createCheckStatusResponse(request, instanceId);
  },
});

app.http('heard', {
  methods: ['POST'],
  route: 'sound-checks/{room}/heard',
  authLevel: 'anonymous',
  extraInputs: [df.input.durableClient()],
  async handler(request, context) {
    await df.getClient(context).raiseEvent(request.params.room, 'heard', true);
    return { status: 202 };
  },
});
