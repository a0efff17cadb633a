import { expect, test } from 'vitest';
import { inProcessFetch, serveInProcess } from '../../../local/host/in-process.ts';

test('a host without a socket that is over is refused, and no resolver is asked for its name', async () => {
  const url = 'http://in-process-test.localhost/x';
  const over = serveInProcess('http://in-process-test.localhost', async () => ({
    status: 200,
    headers: [],
    body: 'here',
  }));
  expect(await (await inProcessFetch(url)).text()).toBe('here');
  over();
  await expect(inProcessFetch(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('one that was started anew under the same name is not ended by the end of the first', async () => {
  const origin = 'http://in-process-again.localhost';
  const first = serveInProcess(origin, async () => ({ status: 200, headers: [], body: 'first' }));
  serveInProcess(origin, async () => ({ status: 200, headers: [], body: 'second' }));
  first();
  expect(await (await inProcessFetch(`${origin}/x`)).text()).toBe('second');
});
