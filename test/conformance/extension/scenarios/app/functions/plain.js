/**
 * `plain(name, orchestrator, ...inputs)` registers an orchestrator and makes one scenario of it for each input: start it,
 * wait for its end, compare. What needs more than that is in ../../stories.ts.
 */
const df = require('durable-functions');

const PLAIN = [];

function plain(name, orchestrator, ...inputs) {
  df.app.orchestration(name, orchestrator);
  for (const input of inputs.length > 0 ? inputs : [undefined]) PLAIN.push({ name, input });
}

/** Milliseconds after the orchestrator's own time. */
const at = (context, ms) => new Date(context.df.currentUtcDateTime.getTime() + ms);

/** What a task that is caught says, without .NET's stack behind it. */
const caught = (error) => String(error.message).split(' \n ')[0];

module.exports = { PLAIN, plain, at, caught };
