// Streaming mode: requests and answers pass as streams.
import { app } from '@azure/functions';

app.setup({ enableHttpStream: true });
const text = new TextEncoder();
app.http('params', {
  route: 'params/{id}',
  methods: ['GET'],
  handler: async (request) => ({
    jsonBody: { params: request.params, url: request.url, header: request.headers.get('x-test') },
  }),
});
app.http('upload', {
  methods: ['POST'],
  handler: async (request) => {
    let n = 0;
    for await (const chunk of request.body) n += chunk.length;
    return { body: `${n} bytes` };
  },
});
app.http('events', {
  methods: ['GET'],
  handler: async () => ({
    headers: { 'content-type': 'text/event-stream' },
    body: new ReadableStream({
      async start(controller) {
        controller.enqueue(text.encode('data: 1\n\n'));
        await new Promise((resolve) => {
          globalThis.sendSecond = resolve;
        });
        controller.enqueue(text.encode('data: 2\n\n'));
        controller.close();
      },
    }),
  }),
});
app.http('throwsEarly', {
  methods: ['GET'],
  handler: async () => {
    throw new Error('early');
  },
});
app.http('throwsLate', {
  methods: ['POST'],
  handler: async (request) => {
    await request.text();
    throw new Error('late');
  },
});

// Answers before the body is read, or after its first piece.
app.http('declines', {
  methods: ['POST'],
  handler: async () => ({ status: 413, body: 'too large' }),
});
app.http('stops', {
  methods: ['POST'],
  handler: async (request) => {
    await request.body.getReader().read();
    return { status: 413, body: 'too large' };
  },
});
