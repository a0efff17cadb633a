// HTTP requests and answers of every kind.
const { app } = require('@azure/functions');

const seen = async (request) => ({
  method: request.method,
  url: request.url,
  params: request.params,
  query: Object.fromEntries(request.query),
  header: request.headers.get('x-test'),
  bytes: [...new Uint8Array(await request.arrayBuffer())],
});
app.http('echo', {
  route: 'echo/{id:int?}',
  methods: ['GET', 'POST', 'PUT'],
  handler: async (request) => ({ jsonBody: await seen(request) }),
});
app.http('rest', { route: 'files/{folder}/{*path}', handler: async (request) => ({ jsonBody: request.params }) });
app.http('named', { handler: async () => ({ body: 'plain' }) });
app.get('json', async () => ({ status: 201, jsonBody: { a: 1 }, headers: { 'x-own': 'yes' } }));
app.get('bytes', async () => ({
  body: Buffer.from([0, 255, 1]),
  headers: { 'content-type': 'application/octet-stream' },
}));
app.get('nothing', async () => undefined);
app.get('none', async () => ({ status: 204, body: 'dropped' }));
app.get('fails', async () => {
  throw new Error('no');
});
app.get('notObject', async () => 'text');
app.get('cookies', async () => ({
  cookies: [
    { name: 'a', value: 'x y', maxAge: 60, secure: true, httpOnly: true, sameSite: 'Lax' },
    {
      name: 'b',
      value: '2',
      domain: 'example.org',
      path: '/p',
      expires: new Date(Date.UTC(2030, 0, 1)),
      sameSite: 'None',
    },
  ],
}));
app.http('keyed', { authLevel: 'function', handler: async () => ({ body: 'in' }) });
app.http('mastered', { authLevel: 'admin', handler: async () => ({ body: 'in' }) });
app.get('off', async () => ({ body: 'on' }));
app.get('setting', async () => ({
  jsonBody: {
    file: process.env.FROM_FILE,
    both: process.env.FROM_BOTH,
    given: process.env.GIVEN,
    site: process.env.WEBSITE_HOSTNAME,
  },
}));
let release;
app.get(
  'slow',
  () =>
    new Promise((resolve) => {
      release = () => resolve({ body: 'late' });
      globalThis.slowStarted?.();
    }),
);
app.get('release', async () => {
  release();
  return {};
});
