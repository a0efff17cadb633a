// Timers of every kind; each run is kept on globalThis for the test to read.
const { app } = require('@azure/functions');

globalThis.timerRuns ??= [];
const note = (name) => async (timer, context) => {
  globalThis.timerRuns.push({ name, timer, retry: context.retryContext?.retryCount });
};
app.timer('hourly', { schedule: '0 30 * * * *', handler: note('hourly') });
app.timer('configured', { schedule: '%EVERY%', handler: note('configured') });
app.timer('startup', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler: note('startup') });
app.timer('unwatched', { schedule: '0 0 12 * * *', useMonitor: false, handler: note('unwatched') });
app.timer('invalid', { schedule: 'now and then', handler: note('invalid') });
app.timer('retried', {
  schedule: '0 0 6 * * *',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 90 } },
  handler: async (timer, context) => {
    await note('retried')(timer, context);
    throw new Error('again');
  },
});
app.storageQueue('queued', { queueName: 'q', connection: 'C', handler: note('queued') });
