/** What the host says about an app when it starts: the list of Core Tools, and what has no local counterpart. */
import type { LogSink } from '../durable/ports.ts';
import type { Route } from './routes.ts';
import type { AppFunction } from './worker.ts';

const CATEGORY = 'Host.Startup';
const TRIGGERS = ['httptrigger', 'timertrigger', 'orchestrationtrigger', 'activitytrigger', 'entitytrigger'];
const OTHERS = ['http', 'durableclient', 'orchestrationclient'];

function unsupported(fn: AppFunction): string[] {
  const found = Object.values(fn.bindings)
    .map(({ type }) => type)
    .filter((type) => ![...TRIGGERS, ...OTHERS].includes(type.toLowerCase()));
  return [...new Set(found)];
}

export function describeApp(
  functions: readonly AppFunction[],
  routes: readonly Route[],
  origin: string,
  log: LogSink,
): void {
  log('information', CATEGORY, functions.length > 0 ? 'Functions:' : 'No job functions found.');
  for (const { fn, methods, template } of routes)
    log('information', CATEGORY, `\t${fn.name}: [${methods?.join(',') ?? '*'}] ${origin}/${template.text}`);
  for (const fn of functions) {
    const { type } = fn.trigger;
    if (type.toLowerCase() !== 'httptrigger') log('information', CATEGORY, `\t${fn.name}: ${type}`);
    for (const binding of unsupported(fn)) {
      const effect =
        binding === type
          ? `it runs only when asked to by POST ${origin}/admin/functions/${fn.name}`
          : 'it stays empty, or is dropped';
      log('warning', CATEGORY, `'${fn.name}' uses ${binding}, which has no counterpart here: ${effect}`);
    }
  }
}
