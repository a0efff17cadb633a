import { Readable } from 'node:stream';
import { createHttpHeaders, type HttpClient, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { ConnectionLost, type SimRequest, type SimResponse, Text } from './http.ts';

/** Everything below the SDK's pipeline, without a network: the request goes straight to `handle`. */
export function inProcessClient(handle: (request: SimRequest) => Promise<SimResponse>): HttpClient {
  return {
    async sendRequest(request) {
      if (request.abortSignal?.aborted) throw abortError();
      let response: SimResponse;
      try {
        response = await abortable(request, handle(await toSim(request)));
      } catch (error) {
        if (error instanceof ConnectionLost) throw new RestError(error.message, { code: 'ECONNRESET', request });
        throw error;
      }
      const { content, type } = encode(response);
      const headers = createHttpHeaders(response.headers ?? {});
      if (type) headers.set('content-type', type);
      const streamed =
        request.streamResponseStatusCodes?.has(response.status) ||
        request.streamResponseStatusCodes?.has(Number.POSITIVE_INFINITY);
      return {
        request,
        headers,
        status: response.status,
        ...(streamed
          ? { readableStreamBody: Readable.from([content]) }
          : { bodyAsText: typeof content === 'string' ? content : Buffer.from(content).toString() }),
      };
    },
  };
}

async function toSim(request: PipelineRequest): Promise<SimRequest> {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) headers[name.toLowerCase()] = value;
  const { body } = request;
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString() : undefined;
  return { method: request.method, url: new URL(request.url), headers, body: text };
}

/** The body as it is written, and its content type. */
export function encode(response: SimResponse): { content: string | Uint8Array; type: string | undefined } {
  const { body } = response;
  if (body === undefined) return { content: '', type: undefined };
  if (body instanceof Text) return { content: body.content, type: body.type };
  return { content: JSON.stringify(body), type: 'application/json; charset=utf-8' };
}

const abortError = (): Error => Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });

function abortable<T>(request: PipelineRequest, work: Promise<T>): Promise<T> {
  const signal = request.abortSignal;
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError());
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
