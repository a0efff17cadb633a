import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { WantedPresenter } from '../contract/presenters.ts';
import { PREVIEW_ROUTE, provedAt, SOURCE_ROUTE, sourceSchema } from '../contract/relay-control.ts';
import { type Health, metrics } from './health.ts';

export interface Page {
  health(): Health;
  /** Levels of the tracks are wanted for a while. */
  onLevels(): void;
  /** A small picture of what is on air. */
  preview(): Promise<Buffer | undefined>;
  source(active: WantedPresenter): void;
  /** What a request that not everybody may make is proved with. */
  passphrase: string;
}
interface Answer {
  status: number;
  type?: string;
  body?: string | Buffer;
  allow?: string;
}

/** Longest body that is read, bytes. */
const LONGEST_BODY = 1024;
const json = (status: number, value: unknown): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Answers `GET /health` (200 when the relay can serve, else 503), `GET /metrics`, and what contract/relay-control.ts says; resolves
 * when it listens.
 */
export async function serve(port: number, host: string, page: Page): Promise<Server> {
  const doors = doorsOf(page);
  const server = createServer((request, response) => {
    answer(doors, request).then(
      (found) => send(request, response, found),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

interface Door {
  method: 'GET' | 'POST';
  open(url: URL, request: IncomingMessage): Answer | Promise<Answer>;
}
type Doors = Record<string, Door>;

async function answer(doors: Doors, request: IncomingMessage): Promise<Answer> {
  const url = URL.parse(request.url ?? '', 'http://relay');
  const door = url && Object.hasOwn(doors, url.pathname) ? doors[url.pathname] : undefined;
  if (!url || !door) return json(404, { status: 404 });
  const allow = door.method === 'GET' ? 'GET, HEAD' : door.method;
  if (!allow.split(', ').includes(request.method ?? '')) return { ...json(405, { status: 405 }), allow };
  return door.open(url, request);
}
function send(request: IncomingMessage, response: ServerResponse, { status, type, body = '', allow }: Answer): void {
  response.writeHead(status, {
    ...(type && { 'content-type': type }),
    'cache-control': 'no-store',
    ...(allow && { allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function doorsOf({ health, onLevels, preview, source, passphrase }: Page): Doors {
  let changedAt = 0;
  /** Lets in who shows a proof; one that changes something only once. */
  const proved =
    (open: (body: string) => Answer | Promise<Answer>, changes: boolean) =>
    async (url: URL, request: IncomingMessage): Promise<Answer> => {
      const body = await read(request);
      const asked = { method: request.method ?? '', path: `${url.pathname}${url.search}`, body };
      const at = await provedAt(passphrase, asked, request.headers.authorization, Date.now());
      if (at === undefined || (changes && at <= changedAt)) return json(401, { status: 401 });
      if (changes) changedAt = at;
      return open(body);
    };
  return {
    '/health': {
      method: 'GET',
      open(url) {
        if (url.searchParams.has('levels')) onLevels();
        const now = health();
        return json(now.status === 'ok' ? 200 : 503, now);
      },
    },
    '/metrics': {
      method: 'GET',
      open(url) {
        if (url.searchParams.has('levels')) onLevels();
        return { status: 200, type: 'text/plain; version=0.0.4', body: metrics(health()) };
      },
    },
    [SOURCE_ROUTE]: {
      method: 'POST',
      open: proved((body) => {
        const wanted = sourceSchema.safeParse(parsed(body));
        if (!wanted.success) return json(400, { status: 400, detail: 'active must be main, backup or auto' });
        source(wanted.data.active);
        return json(200, { wanted: wanted.data.active, onAir: health().presenters.onAir });
      }, true),
    },
    [PREVIEW_ROUTE]: {
      method: 'GET',
      open: proved(async () => {
        const jpeg = await preview();
        return jpeg ? { status: 200, type: 'image/jpeg', body: jpeg } : json(503, { status: 503 });
      }, false),
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LONGEST_BODY) throw new Error('the body is too long');
  }
  return text;
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
