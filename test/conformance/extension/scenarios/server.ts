/** What callHttp calls: a server whose paths are the answers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answering {
  url: string;
  stop(): void;
}

async function answer(request: IncomingMessage, response: ServerResponse, polls: Map<string, number>): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const { pathname } = new URL(request.url ?? '/', 'http://x');
  const send = (status: number, headers: Record<string, string>, text: string) =>
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text);
  const origin = `http://${request.headers.host}`;
  if (pathname === '/ok') return void send(200, { 'x-two': 'a, b' }, 'fine');
  if (pathname === '/echo')
    return void send(200, {}, `${request.method} ${request.headers['content-type'] ?? 'none'} ${body}`);
  if (pathname === '/header') return void send(200, {}, String(request.headers['x-mine']));
  if (pathname === '/204') return void response.writeHead(204).end();
  if (pathname === '/302') return void send(302, { location: `${origin}/ok` }, 'elsewhere');
  if (pathname === '/202') {
    const poll = `${polls.size}`;
    polls.set(poll, 0);
    return void send(202, { location: `${origin}/poll/${poll}`, 'retry-after': '1' }, 'wait');
  }
  if (pathname.startsWith('/poll/')) {
    const seen = (polls.get(pathname) ?? 0) + 1;
    polls.set(pathname, seen);
    if (seen < 2) return void send(202, { location: `${origin}${pathname}`, 'retry-after': '1' }, 'wait');
    return void send(200, {}, 'there');
  }
  send(Number(pathname.slice(1)) || 404, {}, `status ${pathname}`);
}

export async function serveAnswers(): Promise<Answering> {
  const polls = new Map<string, number>();
  const server = createServer((request, response) => void answer(request, response, polls)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
