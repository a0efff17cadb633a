import { createServer, type Server } from 'node:http';
import type { Status } from './status.ts';

/** The same status as in the heartbeat, on loopback only: `GET /health`, 200 when well, 503 with the reasons when not. */
export async function serve(port: number, status: () => Status): Promise<Server> {
  const server = createServer((request, response) => {
    const now = status();
    const known = request.url?.split('?')[0] === '/health';
    const code = !known ? 404 : request.method !== 'GET' ? 405 : now.problems.length || !now.obs.running ? 503 : 200;
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify(code === 404 || code === 405 ? { status: code } : now)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
