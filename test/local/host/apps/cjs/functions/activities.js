// Value kinds, failures and metadata as an activity sees and returns them.
const df = require('durable-functions');

df.app.activity('echo', { handler: (value) => value });
df.app.activity('kinds', {
  handler: (kind) =>
    ({ text: 'x', whole: 3, half: 1.5, yes: true, object: { a: 1 }, none: null, bytes: Buffer.from('hi') })[kind],
});
df.app.activity('fails', {
  handler: () => {
    throw new TypeError('does not work');
  },
});
df.app.activity('throwsText', {
  handler: () => {
    throw 'only text';
  },
});
df.app.activity('metadata', { handler: (_, context) => context.triggerMetadata });

// Functions may be registered during start-up only; hooks at any time.
df.app.activity('lateFunction', {
  handler: () => {
    try {
      df.app.activity('late', { handler: () => 1 });
      return 'registered';
    } catch (error) {
      return error.message;
    }
  },
});
