/** A control plane of words only: what it is told to answer the page is answered, so that every state can be looked at, also those that a real one seldom has. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LivePart, LiveParts } from '../../contract/api/live.ts';
import type { Me } from '../../contract/api/me.ts';
import type { LivePicture } from '../../contract/api/pictures.ts';
import { ROOT } from '../e2e/stack.ts';

const BUILT = join(ROOT, 'dist/dashboard/built');
const TYPES: Record<string, string> = {
  css: 'text/css',
  js: 'text/javascript',
  html: 'text/html',
  svg: 'image/svg+xml',
};
/** As the real one gives them: contract/api/live.ts. */
const TICK = 1_000;

/** What a request is answered: JSON with its status, a body of a type of its own, or nothing at all. */
export type Answer = { status?: number; json: unknown } | { bytes: Uint8Array; type: string } | 'never';
export type Told = Answer | ((path: string, body: string) => Answer);

export const problem = (status: number, detail: string): Answer => ({
  status,
  json: { type: 'about:blank', title: '', detail, status },
});

export const OPERATOR: Me = {
  name: 'alex@example.org',
  roles: ['operator'],
  mayView: true,
  mayOperate: true,
  signOut: null,
  cloud: 'azure',
  timeScale: 1,
  region: 'westeurope',
};

const message = (name: string, body: unknown): string => `event: ${name}\ndata: ${JSON.stringify(body)}\n\n`;

export class Stage {
  /** `METHOD /path` -> answer; what is not here is not found. */
  readonly answers = new Map<string, Told>([['GET /api/me', { json: OPERATOR }]]);
  /** The page's own requests, oldest first. */
  readonly asked: string[] = [];
  /** What a new stream begins with; `undefined` is a stream that says nothing of what there is. */
  #first: string[] = [];
  /** In place of a stream. */
  refusal: Answer | undefined;
  /** Whether streams show that they are alive. */
  ticking = true;
  readonly #streams = new Set<ServerResponse>();
  /** Of pictures, each with the event it is of. */
  readonly #watching = new Set<ServerResponse>();
  readonly #server: Server;
  readonly #ticks: ReturnType<typeof setInterval>;
  /** The control plane's clock, ms since 1970. */
  now: () => number = () => Date.now();

  private constructor(server: Server) {
    this.#server = server;
    this.#ticks = setInterval(() => {
      for (const one of this.ticking ? this.#watching : []) one.write(message('tick', { now: this.#time() }));
      if (this.ticking) this.#write(message('tick', { now: this.#time() }));
    }, TICK);
  }

  static async open(): Promise<Stage> {
    const server = createServer();
    const stage = new Stage(server);
    server.on('request', (request, response) => void stage.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stage;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  async close(): Promise<void> {
    clearInterval(this.#ticks);
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Says it to every page, and to those that come. */
  say<Name extends LivePart>(name: Name, body: LiveParts[Name]): void {
    this.#first.push(message(name, body));
    this.#write(message(name, body));
  }
  /** Shows a picture to every page that looks. */
  show(picture: LivePicture): void {
    for (const one of this.#watching) one.write(message('picture', picture));
  }
  /** How many pages look at pictures. */
  get watching(): number {
    return this.#watching.size;
  }
  /** Forgets what was said, and lets every page come anew. */
  forget(): void {
    this.#first = [];
    this.cut();
  }
  cut(): void {
    for (const one of [...this.#streams, ...this.#watching]) one.destroy();
  }
  /** Each page's stream, for what is said faster than it is read. */
  get streams(): ReadonlySet<ServerResponse> {
    return this.#streams;
  }

  #write(text: string): void {
    for (const one of this.#streams) one.write(text);
  }
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url);
    if (!pathname.startsWith('/api/')) return this.#file(pathname, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.asked.push(`${request.method} ${request.url}`);
    if (pathname === '/api/live' && !this.refusal) return this.#stream(response);
    if (pathname === '/api/live/pictures' && !this.refusal) return this.#open(response, this.#watching);
    const told = pathname === '/api/live' ? this.refusal : this.answers.get(`${request.method} ${pathname}`);
    const answer = typeof told === 'function' ? told(request.url ?? '', Buffer.concat(chunks).toString('utf8')) : told;
    if (answer === 'never') return;
    if (answer && 'bytes' in answer) {
      response.setHeader('content-type', answer.type).end(answer.bytes);
      return;
    }
    const { status = 200, json } = answer ?? {
      status: 404,
      json: { title: '', detail: 'There is nothing here', status: 404 },
    };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }
  #stream(response: ServerResponse): void {
    this.#open(response, this.#streams);
    response.write(this.#first.join(''));
    if (this.ticking) response.write(message('tick', { now: this.#time() }));
  }
  #open(response: ServerResponse, streams: Set<ServerResponse>): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 1000\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }
  #time(): string {
    return new Date(this.now()).toISOString();
  }
  #file(pathname: string, response: ServerResponse): void {
    const path = /\.\w+$/.test(pathname) ? pathname : '/index.html';
    const file = join(BUILT, path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  }
}
