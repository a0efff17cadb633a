/** What the server's programs share of answering HTTP. */
import type { IncomingMessage, RequestListener, Server } from 'node:http';

export interface Answer {
  status: number;
  type?: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
}
export const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

/** An error in the handler ends the one request. */
export const answerAll =
  (handle: (request: IncomingMessage, url: URL) => Promise<Answer> | Answer): RequestListener =>
  (request, response) => {
    const answer = async (): Promise<Answer> => {
      const url = URL.parse(request.url ?? '', 'http://server');
      return url ? handle(request, url) : json(404, { status: 404 });
    };
    answer().then(
      ({ status, type, body = '', headers = {} }) => {
        response.writeHead(status, {
          ...(type === undefined ? {} : { 'content-type': type }),
          'cache-control': 'no-store',
          ...headers,
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      },
      () => response.destroy(),
    );
  };

export const listening = (server: Server, port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });

/** @throws Error when it is longer */
export async function readBody(request: IncomingMessage, longest: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    parts.push(part);
    length += part.length;
    if (length > longest) throw new Error('the body is too long');
  }
  return Buffer.concat(parts).toString();
}
