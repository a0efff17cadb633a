/** One request to one HTTP function: authorise, invoke, answer. */
import { randomUUID } from 'node:crypto';
import type { LogSink } from '../durable/ports.ts';
import type { Auth } from './auth.ts';
import type { Executor } from './executor.ts';
import type { AppWorker } from './functions.ts';
import { BodyTooLarge, empty, type HttpIncoming, type HttpOutgoing } from './http-message.ts';
import type { Route } from './routes.ts';
import { toHttpAnswer, toRpcRequest } from './rpc-http.ts';
import { streamMetadata, streamThrough } from './stream-proxy.ts';

export interface HttpFunctionContext {
  auth: Auth;
  executor: Executor;
  log: LogSink;
  worker: Pick<AppWorker, 'stream'>;
  /** See {@link StreamCall.hang}. */
  streamHangs: boolean;
}

const REASON = 'This function was programmatically called via the host APIs.';

const traceContext = (headers: Record<string, string>) =>
  headers.traceparent === undefined
    ? {}
    : { traceContext: { traceParent: headers.traceparent, traceState: headers.tracestate ?? '', attributes: {} } };

/** Never rejects: whatever the function throws becomes an empty 500, as the real host answers. */
export async function callHttpFunction(
  context: HttpFunctionContext,
  route: Route,
  values: Record<string, string>,
  request: HttpIncoming,
): Promise<HttpOutgoing> {
  const { auth, executor, log } = context;
  const { name } = route.fn;
  const refused = auth.refuse(request, route.authLevel, name);
  if (refused) return refused;
  const invocationId = randomUUID();
  const trace = traceContext(request.headers);
  const stream = await context.worker.stream(invocationId);
  if (stream) {
    const triggerMetadata = streamMetadata(request, values);
    return streamThrough({
      stream,
      functionName: name,
      invocationId,
      request,
      invoke: (forwarded) =>
        executor.execute(name, { trigger: { http: {} }, triggerMetadata, invocationId, ...trace }, REASON, forwarded),
      log,
      hang: context.streamHangs,
    });
  }
  try {
    const trigger = await toRpcRequest(request, values);
    return toHttpAnswer(await executor.execute(name, { trigger, invocationId, ...trace }, REASON));
  } catch (error) {
    return empty(error instanceof BodyTooLarge ? 413 : 500);
  }
}
