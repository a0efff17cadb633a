/** The real durable extension as the engine of a local host: HTTP and timers are ours, everything durable is Microsoft's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createInterface } from 'node:readline';
import type {
  FunctionKind,
  FunctionRunner,
  LogLevel,
  ManagementRequest,
  ManagementResponse,
  TypedData,
} from '../../../local/durable/ports.ts';
import type { EngineParts, HostedEngine } from '../../../local/host/engine.ts';
import { buildExtensionHost } from './build.ts';
import { Storage } from './storage.ts';

export interface ExtensionOptions {
  connectionString: string;
  /** Receives what the extension logs. */
  log?: (line: LogLine) => void;
  /** Its process ended by itself. */
  lost?: () => void;
  /** Milliseconds it may take to start. */
  startWithin?: number;
  /** Whether the log has each request to storage and each message. */
  verbose?: boolean;
  /**
   * What this host is called among those of one task hub, the same over its lives. By default all on one machine have the
   * machine's name, take each other for themselves, and read each other's queues.
   */
  instance?: string;
  /** On top of host.json's durableTask section. */
  settings?: Record<string, unknown>;
}

export interface LogLine {
  level: LogLevel;
  category: string;
  message: string;
}

/** Milliseconds the extension may take to start, and to end when asked. */
const START = 150_000;
const STOP = 25_000;

const KINDS: readonly FunctionKind[] = ['orchestrator', 'activity', 'entity'];

/** `{ a: { b: 1 } }` becomes `prefix:a:b` -> `1`, as .NET's configuration has it. */
function flat(value: unknown, prefix: string, into: Record<string, string> = {}): Record<string, string> {
  if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) flat(inner, `${prefix}:${name}`, into);
  else if (value !== undefined && value !== null) into[prefix] = String(value);
  return into;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

interface Call {
  kind: FunctionKind;
  name: string;
  trigger: string | null;
  instanceId: string;
}

const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/** Numbers as protobuf carries them from a worker to its host: an int64 that is full, a double that is no number. */
function wire(value: TypedData | undefined): unknown {
  if (value?.int !== undefined) {
    const [low, high] = INT64;
    const whole = BigInt(value.int);
    return { int: String(whole > high ? high : whole < low ? low : whole) };
  }
  if (value?.double !== undefined) return { double: String(value.double) };
  return value;
}

/** Where the extension's process has functions run. */
async function serveWorker(runner: FunctionRunner): Promise<{ server: Server; url: string }> {
  const server = createServer(async (request, response) => {
    const { kind, name, trigger, instanceId } = JSON.parse(await bodyOf(request)) as Call;
    const id = kind === 'activity' ? instanceId : (JSON.parse(trigger ?? '{}') as { instanceId?: string }).instanceId;
    const result = await runner.invoke(kind, name, trigger === null ? {} : { string: trigger }, id ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(result.ok ? { ...result, returnValue: wire(result.returnValue) } : result));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}/` };
}

class ExtensionEngine implements HostedEngine {
  #parts: EngineParts;
  #options: ExtensionOptions;
  #child: ChildProcess | undefined;
  #server: Server | undefined;
  #rpc: string | undefined;
  #stopping = false;

  constructor(parts: EngineParts, options: ExtensionOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { runner, settings } = this.#parts;
    const program = buildExtensionHost();
    const { server, url } = await serveWorker(runner);
    this.#server = server;
    const child = spawn('dotnet', [program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // As App Service names its instances, which the extension makes a worker's name of.
      env: { ...process.env, WEBSITE_CURRENT_STAMPNAME: 'local', RoleInstanceId: this.#options.instance ?? 'one' },
    });
    this.#child = child;
    const functions = KINDS.flatMap((kind) => runner.names(kind).map((name) => ({ kind, name })));
    const appSettings = {
      AzureWebJobsStorage: this.#options.connectionString,
      ...flat({ ...settings, ...this.#options.settings }, 'AzureWebJobs:extensions:durableTask'),
    };
    const configuration = {
      functions,
      worker: url,
      webHooks: 'http://localhost/runtime/webhooks/durabletask?code=none',
      appSettings,
      verbose: this.#options.verbose ?? false,
    };
    child.stdin?.write(`${JSON.stringify(configuration)}\n`);
    const within = this.#options.startWithin ?? START;
    let worst = '';
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        this.close();
        reject(new Error(`The durable extension was not ready after ${within} ms${worst}`));
      }, within);
      child.once('error', (error) => reject(new Error(`Cannot start the durable extension: ${error.message}`)));
      child.once('exit', (code) => {
        clearTimeout(late);
        this.close();
        reject(new Error(`The durable extension ended with ${code} before it was ready${worst}`));
      });
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
        const line = read(text);
        if (!line) return;
        this.#options.log?.(line);
        if (/error|critical/.test(line.level)) worst = `: ${line.message.split('\n')[0]}`;
        this.#rpc ??= /Opened local http RPC endpoint: (http:\/\/127\.0\.0\.1:\d+\/durabletask)/.exec(
          line.message,
        )?.[1];
        if (line.category !== 'ExtensionHost' || line.message !== 'ready') return;
        clearTimeout(late);
        resolve();
      });
    });
    child.once('exit', () => {
      if (!this.#stopping) this.#options.lost?.();
    });
    if (!this.#rpc) throw new Error('The durable extension did not say where its local endpoint is');
    await this.#owned();
  }

  /** Until each queue has an owner: before, what is put into it waits, for minutes where storage is slow (docs/reference/conformance.md). */
  async #owned(): Promise<void> {
    const storage = new Storage(this.#options.connectionString);
    const { hubName: hub } = { ...this.#parts.settings, ...this.#options.settings } as { hubName?: string };
    for (const end = Date.now() + START; Date.now() < end; ) {
      const partitions = await storage.rows(`${hub}Partitions`).catch(() => []);
      if (partitions.length > 0 && partitions.every(({ CurrentOwner }) => CurrentOwner)) return;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error(`The durable extension did not own its queues after ${START} ms`);
  }

  async manage(request: ManagementRequest): Promise<ManagementResponse> {
    const query = request.query.size > 0 ? `?${request.query}` : '';
    const bodiless = request.method === 'GET' || request.method === 'DELETE';
    // It came decoded from the host.
    const path = request.path.split('/').map(encodeURIComponent).join('/');
    const answer = await fetch(`${this.#rpc}${path}${query}`, {
      method: request.method,
      headers: Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => ['content-type', 'x-ms-continuation-token'].includes(name)),
      ),
      ...(bodiless || request.body === '' ? {} : { body: request.body }),
    });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'transfer-encoding'));
    return { status: answer.status, headers, body: await answer.text() };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.stdin?.end('stop\n');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP);
      await ended;
      clearTimeout(late);
    }
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** It takes up work on its own terms: what it has begun goes on until it is stopped. */
  halt(): void {}

  /** As a kill: nothing is given back. */
  close(): void {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
    this.#server?.close();
    this.#server?.closeAllConnections();
  }
}

/** Undefined for what the runtime and its web server print by themselves. */
function read(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}

/** For {@link HostOptions.engine}. */
export const extensionEngine =
  (options: ExtensionOptions) =>
  (parts: EngineParts): HostedEngine =>
    new ExtensionEngine(parts, options);
