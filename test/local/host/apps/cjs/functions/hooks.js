// Hooks: every one of them leaves a mark that a function can read back.
const { app } = require('@azure/functions');
const df = require('durable-functions');

const marks = [];
app.hook.appStart((context) => {
  marks.push('appStart');
  context.hookData.started = true;
});
app.hook.appTerminate(() => {
  globalThis.terminatedApps = (globalThis.terminatedApps ?? 0) + 1;
});
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== 'hooked') return;
  context.hookData.mark = 'shared';
  context.inputs[0] = 'replaced';
  const original = context.functionHandler;
  context.functionHandler = (...args) => original(...args).then((value) => `<${value}>`);
});
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked')
    context.result = `${context.result} ${context.hookData.mark}`;
  if (context.invocationContext.functionName === 'rescued') {
    context.error = null;
    context.result = 'rescued';
  }
});
app.hook.log((context) => {
  if (context.message.startsWith('secret')) context.message = 'hidden';
});
globalThis.postContexts = [];
app.hook.postInvocation((context) => {
  globalThis.postContexts.push([context.error, context.result]);
});
df.app.activity('hooked', {
  handler: async (value, context) => {
    context.log('secret line');
    return value;
  },
});
df.app.activity('rescued', {
  handler: () => {
    throw new Error('lost');
  },
});
df.app.activity('marks', { handler: () => marks });
