/** Which HTTP function answers a request, in the order of the real host. */
import type { LogSink } from '../durable/ports.ts';
import type { AuthLevel } from './auth.ts';
import { ensureError } from './errors.ts';
import type { AppFunction } from './functions.ts';
import { parseTemplate, type RouteTemplate } from './route-template.ts';
import { resolveReferences } from './settings.ts';

export interface Route {
  fn: AppFunction;
  template: RouteTemplate;
  /** Upper case; undefined means every method. */
  methods: readonly string[] | undefined;
  authLevel: AuthLevel;
}

function routeOf(fn: AppFunction, prefix: string): Route {
  const { route, methods, authLevel } = fn.trigger;
  const own = typeof route === 'string' ? resolveReferences(route) : fn.name;
  const path = [prefix, own.replace(/^\/+/, '')].filter((part) => part !== '').join('/');
  const named = Array.isArray(methods) && methods.length > 0 ? methods.map((m) => String(m).toUpperCase()) : undefined;
  const level = String(authLevel ?? 'function').toLowerCase();
  return {
    fn,
    template: parseTemplate(path),
    methods: named,
    authLevel: level === 'anonymous' || level === 'admin' ? level : 'function',
  };
}

const sharesMethod = (a: Route, b: Route) => !a.methods || !b.methods || a.methods.some((m) => b.methods?.includes(m));

/** Warns of every route an earlier one swallows: on Azure it would never be reached either. */
function warnOfShadows(routes: readonly Route[], log: LogSink): void {
  for (const [index, later] of routes.entries()) {
    const earlier = routes
      .slice(0, index)
      .find((r) => sharesMethod(r, later) && r.template.match(later.template.sample));
    if (!earlier) continue;
    log(
      'warning',
      'Host.Startup',
      `Route '${later.template.text}' of function '${later.fn.name}' is shadowed by '${earlier.template.text}' of function '${earlier.fn.name}': ` +
        `the Functions host tries routes in alphabetical order of function names. Rename '${earlier.fn.name}' so that it comes last`,
    );
  }
}

/**
 * The routes of the app in the order in which the host tries them: alphabetical by function name, whatever their templates
 * (recorded from the real host, test/fixtures/traces/README.md). A function with an invalid route is left out with an error line.
 */
export function buildRoutes(functions: readonly AppFunction[], prefix: string, log: LogSink): Route[] {
  const routes: Route[] = [];
  for (const fn of functions) {
    if (fn.trigger.type.toLowerCase() !== 'httptrigger') continue;
    try {
      routes.push(routeOf(fn, prefix));
    } catch (error) {
      log('error', 'Host.Startup', `The '${fn.name}' function is in error: ${ensureError(error).message}`);
    }
  }
  routes.sort((a, b) => a.fn.name.localeCompare(b.fn.name, 'en'));
  warnOfShadows(routes, log);
  return routes;
}

/** Decodes a path the way ASP.NET Core does: everything but an encoded slash. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path.replace(/%2f/gi, '%252F'));
  } catch {
    return path;
  }
}

/** The first route of the right method that matches, with its route values. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { route: Route; values: Record<string, string> } | undefined {
  const path = decodePath(pathname);
  for (const route of routes) {
    if (route.methods && !route.methods.includes(method)) continue;
    const values = route.template.match(path);
    if (values) return { route, values };
  }
  return undefined;
}
