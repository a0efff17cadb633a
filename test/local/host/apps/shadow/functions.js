// The recorded trap: a catch-all whose function name sorts before others.
const { app } = require('@azure/functions');
const named = (name) => async (request) => ({ jsonBody: { name, path: request.params.path ?? null } });
app.http('status', { route: 'api/status/{id}', methods: ['GET'], handler: named('status') });
app.http('page', { route: '{*path}', methods: ['GET'], handler: named('page') });
app.http('deploy', { route: 'api/deploy', methods: ['POST', 'GET'], handler: named('deploy') });
