/** Who wants to know of the requests that some work sends to Azure: when, what kind of, and how each ended. Never what is in them. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy, PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { ports } from '../ports/index.ts';

/** One request and how it ended. Times are milliseconds since the Unix epoch. */
export interface Observed {
  method: string;
  /** With its query, which may be a capability: not for showing. */
  url: string;
  from: number;
  to: number;
  /** Absent when no answer came. */
  status?: number;
  /** Ids of the request as we and Azure know it; absent where not given. */
  clientRequestId?: string;
  serviceRequestId?: string;
}

const observers = new AsyncLocalStorage<(call: Observed) => void>();

/** Runs `work` and tells `observer` of every request it sends through the SDK clients. */
export const observing = <T>(observer: (call: Observed) => void, work: () => Promise<T>): Promise<T> =>
  observers.run(observer, work);

export const observe: PipelinePolicy = {
  name: 'streamControlObserve',
  async sendRequest(request, next) {
    const observer = observers.getStore();
    if (!observer) return await next(request);
    const { method, url } = request;
    const from = ports().now();
    const seen = (response: PipelineResponse | undefined) => {
      const clientRequestId = request.headers.get('x-ms-client-request-id');
      const serviceRequestId = response?.headers.get('x-ms-request-id');
      observer({
        method,
        url,
        from,
        to: ports().now(),
        ...(response && { status: response.status }),
        ...(clientRequestId !== undefined && { clientRequestId }),
        ...(serviceRequestId !== undefined && { serviceRequestId }),
      });
    };
    try {
      const response = await next(request);
      seen(response);
      return response;
    } catch (error) {
      // The older SDK generation throws for every answer it did not expect.
      seen((error as Partial<RestError>).response);
      throw error;
    }
  },
};
