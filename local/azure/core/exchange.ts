import { serveArm } from './arm.ts';
import { serveControl } from './control.ts';
import { ArmError, unwritten } from './errors.ts';
import type { Faults } from './faults.ts';
import { ConnectionLost, type SimRequest, type SimResponse } from './http.ts';
import type { Journal } from './journal.ts';
import type { Kernel } from './kernel.ts';

/**
 * One request from its arrival to its answer. The work itself is synchronous, so requests are atomic; the clock is held
 * around it and let go only while a fault makes the answer wait.
 */
export async function exchange(
  kernel: Kernel,
  journal: Journal,
  request: SimRequest,
  snapshot: (options: { secrets: boolean }) => unknown,
): Promise<SimResponse> {
  const release = kernel.clock.hold();
  try {
    if (!kernel.sound) return unwritten();
    if (request.url.pathname.startsWith('/_sim/')) return serveControl(kernel, journal, request, snapshot);
    const requestId = kernel.draws.guid('request');
    kernel.faults.effect = undefined;
    const served = finish(kernel, request, serve(kernel, request), requestId);
    const effect = kernel.faults.effect as Faults['effect'];
    const response = kernel.commit() ? served : unwritten();
    journal.add(request, effect?.lost ? undefined : response, kernel.time.iso(), requestId);
    if (effect?.delay) {
      const due = kernel.clock.now() + (effect.delay * 1000) / kernel.time.scale;
      await new Promise<void>((resolve) => {
        kernel.clock.at(due, resolve);
        release();
      });
    }
    if (effect?.lost) throw new ConnectionLost();
    return response.later ? await response.later : response;
  } finally {
    release();
  }
}

function serve(kernel: Kernel, request: SimRequest): SimResponse {
  try {
    for (const provider of kernel.catalog.providers)
      for (const host of provider.hosts ?? [])
        if (host.matches(request.url.host.toLowerCase(), kernel)) return host.handle(kernel, request);
    return serveArm(kernel, request);
  } catch (error) {
    if (error instanceof ArmError) return error.response();
    if (error instanceof ConnectionLost) {
      // A host that nothing listens on: the caller sees no answer at all.
      kernel.faults.effect = { lost: 'before' };
      return { status: 503 };
    }
    console.error(error);
    return new ArmError(
      500,
      'InternalServerError',
      'The server encountered an error; see the log of the simulator.',
    ).response();
  }
}

function finish(kernel: Kernel, request: SimRequest, response: SimResponse, requestId: string): SimResponse {
  const correlation = request.headers['x-ms-correlation-request-id'] ?? requestId;
  const stamp = kernel.time.iso().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const headers: Record<string, string> = {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': correlation,
    'x-ms-routing-request-id': `EASTUS:${stamp}:${requestId}`,
    date: new Date(kernel.time.shown()).toUTCString(),
    ...response.headers,
  };
  const client = request.headers['x-ms-client-request-id'];
  if (client && request.headers['x-ms-return-client-request-id'] === 'true') headers['x-ms-client-request-id'] = client;
  return { ...response, headers };
}
