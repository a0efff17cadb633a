import { createServer, type Server } from 'node:http';

/** The same status as in the heartbeat: `GET /health`, 200 when `well`, 503 when not. */
export async function serve<Status extends object>(
  port: number,
  host: string,
  status: () => Status,
  well: (now: Status) => boolean,
): Promise<Server> {
  const server = createServer((request, response) => {
    const now = status();
    const known = request.url?.split('?')[0] === '/health';
    const code = !known ? 404 : request.method !== 'GET' ? 405 : well(now) ? 200 : 503;
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify(code === 404 || code === 405 ? { status: code } : now)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
