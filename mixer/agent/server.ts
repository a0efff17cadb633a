import { createServer, type Server } from 'node:http';

/** What a page shows: unwell when there are problems, or the program is not there. */
interface Shown {
  problems: readonly unknown[];
  obs?: { running: boolean };
}

/** The same status as in the heartbeat: `GET /health`, 200 when well, 503 with the reasons when not. */
export async function serve(port: number, host: string, status: () => Shown): Promise<Server> {
  const server = createServer((request, response) => {
    const now = status();
    const known = request.url?.split('?')[0] === '/health';
    const well = now.problems.length === 0 && now.obs?.running !== false;
    const code = !known ? 404 : request.method !== 'GET' ? 405 : well ? 200 : 503;
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(`${JSON.stringify(code === 404 || code === 405 ? { status: code } : now)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
