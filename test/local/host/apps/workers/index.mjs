// An app whose process is killed in the middle of what it does. It hangs where the file named by HANG says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { app } from '@azure/functions';
import * as df from 'durable-functions';

const hangs = (where) => existsSync(process.env.HANG) && readFileSync(process.env.HANG, 'utf8') === where;
/** Says where it hangs, and in which process. */
const here = (where) => writeFileSync(`${process.env.HANG}.${where}`, String(process.pid));
const forever = () => new Promise(() => setInterval(() => {}, 1_000_000));

app.http('pid', { methods: ['GET'], handler: async () => ({ jsonBody: { pid: process.pid } }) });
app.http('slow', {
  methods: ['GET'],
  handler: async () => {
    if (!hangs('http')) return { body: 'done' };
    here('http');
    return forever();
  },
});
app.http('begin', {
  methods: ['POST'],
  route: 'begin/{name}/{id}',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const { name, id } = request.params;
    await df.getClient(context).startNew(name, { instanceId: id, input: await request.text() });
    return { status: 202 };
  },
});
app.http('crash', {
  methods: ['POST'],
  handler: async () => {
    setImmediate(() => process.exit(3));
    return forever();
  },
});

df.app.activity('work', {
  handler: async (input) => {
    if (!hangs('activity')) return `${input} worked`;
    here('activity');
    return forever();
  },
});
df.app.orchestration('works', function* (context) {
  return yield context.df.callActivity('work', context.df.getInput());
});
df.app.orchestration('tries', function* (context) {
  const retry = new df.RetryOptions(1, 3);
  return yield context.df.callActivityWithRetry('work', retry, context.df.getInput());
});
df.app.orchestration('turns', function* (context) {
  if (hangs('turn')) {
    here('turn');
    // A process that is in the middle of a turn does nothing else.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  return yield context.df.callActivity('work', 'turn');
});
df.app.entity('counter', (context) => {
  if (hangs('entity')) {
    here('entity');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  context.df.setState(context.df.getState(() => 0) + 1);
});
