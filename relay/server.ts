import { createServer, type Server } from 'node:http';
import { type Health, metrics } from './health.ts';

/** Answers `GET /health` (200 when the relay can serve, else 503) and `GET /metrics`; resolves when it listens. */
export async function serve(port: number, host: string, health: () => Health): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const known = path === '/health' || path === '/metrics';
    const allowed = request.method === 'GET' || request.method === 'HEAD';
    const now = health();
    const status = !known ? 404 : !allowed ? 405 : path === '/health' && now.status !== 'ok' ? 503 : 200;
    const plain = path === '/metrics' && status === 200;
    const body = plain ? metrics(now) : `${JSON.stringify(status === 200 || status === 503 ? now : { status })}\n`;
    response.writeHead(status, {
      'content-type': plain ? 'text/plain; version=0.0.4' : 'application/json',
      'cache-control': 'no-store',
      ...(status === 405 && { allow: 'GET, HEAD' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
