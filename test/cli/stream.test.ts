import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverEvents } from '../../cli/http/sse.ts';
import { cli } from './server/cli.ts';
import { ControlPlane } from './server/control-plane.ts';
import { Life } from './server/life.ts';

const body = (chunks: string[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

describe('server-sent events', () => {
  it.each([
    ['one', ['id: 1\ndata: a\n\n'], [{ id: '1', event: 'message', data: 'a' }]],
    ['split anywhere', ['i', 'd: 1\nda', 'ta: a', '\n', '\n'], [{ id: '1', data: 'a' }]],
    ['CRLF split between CR and LF', ['data: a\r', '\ndata: b\r\n\r', '\n'], [{ data: 'a\nb' }]],
    ['comments only', [': heartbeat\n\n'], []],
    [
      'retry, event and no space after the colon',
      ['retry:500\nevent:state\ndata:a\n\n'],
      [{ retry: 500, event: 'state', data: 'a' }],
    ],
    ['several lines of data', ['data: a\ndata: b\n\n'], [{ data: 'a\nb' }]],
    ['an unfinished one is dropped', ['data: a\n\ndata: b\n'], [{ data: 'a' }]],
    ['a character split over chunks stays whole', ['data: ü\n\n'], [{ data: 'ü' }]],
  ])('reads %s', async (_, chunks, expected) => {
    const found = [];
    for await (const event of serverEvents(body(chunks))) found.push(event);
    expect(found).toEqual(expected.map((event) => expect.objectContaining(event)));
  });
});

describe('following by stream', () => {
  let plane: ControlPlane;
  beforeEach(async () => {
    plane = await new ControlPlane().start();
  });
  afterEach(() => plane.stop());

  it('resumes where the last connection ended, over ended and broken ones', async () => {
    const life = new Life(plane);
    const resumed: unknown[] = [];
    let id = 0;
    plane.on('GET', '/api/deployment/:id/status', () => ({ json: life.status() }));
    plane.on('GET', '/api/deployment/:id/events', ({ headers }) => ({
      stream(response: ServerResponse) {
        resumed.push(headers['last-event-id']);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('retry: 10\n: hello\n\n');
        life.advance();
        response.write(`id: ${++id}\ndata: ${JSON.stringify(life.status())}\n\n`, () => {
          if (id === 2) response.destroy();
          else response.end();
        });
      },
    }));
    const { code, err } = await cli(['deploy', 'congress', '--url', plane.url, '--progress', 'json']);
    expect(code).toBe(0);
    expect(resumed).toEqual([undefined, '1', '2', '3']);
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ type }) => type === 'state').map(({ state }) => state)).toEqual([
      'preflight',
      'provisioning',
      'verifying',
      'live',
    ]);
  });

  it('polls where the control plane has no stream', async () => {
    new Life(plane);
    expect((await cli(['deploy', 'congress', '--url', plane.url])).code).toBe(0);
    expect(plane.seen.filter(({ path }) => path.endsWith('/events'))).toHaveLength(1);
  });
});
