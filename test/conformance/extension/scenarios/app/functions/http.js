// biome-ignore-all lint/correctness/useYield: some orchestrators wait for nothing, which is what they are for
// callHttp; where to is the input.
const df = require('durable-functions');

df.app.orchestration('calls', function* (context) {
  const response = yield context.df.callHttp(context.df.getInput());
  const { statusCode, content } = response;
  return { statusCode, content };
});
df.app.orchestration('callsForAll', function* (context) {
  return yield context.df.callHttp(context.df.getInput());
});
