import { ZodError, z } from 'zod';
import { MAX_BODY, readBody } from './body.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { ArmError, unwritten } from './errors.ts';
import type { SimRequest, SimResponse } from './http.ts';
import type { Journal } from './journal.ts';
import type { JsonObject } from './json.ts';
import type { Kernel } from './kernel.ts';

const jump = z.strictObject({ jumpSeconds: z.number() });

/** `/_sim/*`: what a test or an operator asks of the simulator itself. */
export function serveControl(
  kernel: Kernel,
  journal: Journal,
  request: SimRequest,
  snapshot: (options: { secrets: boolean }) => unknown,
): SimResponse {
  try {
    if ((request.body ?? '').length > MAX_BODY) throw refuse(ARM.contentTooLarge);
    const response = answer(kernel, journal, request, snapshot);
    return kernel.commit() ? response : unwritten();
  } catch (error) {
    if (error instanceof ArmError) return error.response();
    if (error instanceof ZodError) {
      const problems = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
      return new ArmError(400, 'InvalidRequestContent', 'The body is invalid.', { details: problems }).response();
    }
    if (error instanceof SyntaxError) return new ArmError(400, 'InvalidRequestContent', error.message).response();
    console.error(error);
    return new ArmError(500, 'InternalServerError', 'The simulator failed; see its log.').response();
  }
}

function answer(
  kernel: Kernel,
  journal: Journal,
  request: SimRequest,
  snapshot: (options: { secrets: boolean }) => unknown,
): SimResponse {
  const route = `${request.method} ${request.url.pathname.slice('/_sim/'.length)}`;
  switch (route) {
    case 'GET clock':
      return ok({ now: kernel.time.iso(), ms: kernel.time.shown(), timeScale: kernel.time.scale });
    case 'POST clock':
      kernel.jump(jump.parse(JSON.parse(request.body ?? '')).jumpSeconds);
      return ok({ now: kernel.time.iso(), ms: kernel.time.shown(), timeScale: kernel.time.scale });
    case 'GET faults':
      return ok(kernel.faults.list().map((one) => ({ ...one.fault, matches: one.matches, hits: one.hits })) as never);
    case 'PUT faults':
      kernel.faults.replace(JSON.parse(request.body ?? ''));
      kernel.applyFaults();
      return ok(kernel.faults.list().map((one) => one.fault) as never);
    case 'DELETE faults':
      kernel.faults.clear();
      return { status: 204 };
    case 'GET settings':
      return ok(kernel.settings as never);
    case 'PUT settings':
      return ok(kernel.settingsStore.change(JSON.parse(request.body ?? '')) as never);
    case 'GET meter':
      return ok(kernel.metering.report(kernel.time.now(), (ms) => kernel.time.shown(ms)));
    case 'GET resources':
      return ok({
        resources: [...kernel.resources.all()].filter((one) => !one.seeded).map((one) => kernel.types.view(one)),
      });
    case 'GET requests':
      return ok({ requests: journal.list() });
    case 'DELETE requests':
      journal.clear();
      return { status: 204 };
    case 'GET activity':
      return ok({ value: [...kernel.activity.entries()].map(([, line]) => line) });
    case 'GET snapshot':
      return ok(snapshot({ secrets: false }) as JsonObject);
    case 'POST alerts':
      for (const provider of kernel.catalog.providers)
        if (provider.alert) return provider.alert(kernel, readBody(request, true));
      return new ArmError(501, 'NotImplemented', 'No provider fires alerts.').response();
    default: {
      const routed = kernel.catalog.route(request.method, request.url.pathname);
      if (!routed) return new ArmError(404, 'NotFound', `The simulator has no '${route}'.`).response();
      const query = request.url.searchParams;
      return routed.route.handle({ sim: kernel, request, query, params: routed.params, body: readBody(request, true) });
    }
  }
}

const ok = (body: JsonObject): SimResponse => ({ status: 200, body });
