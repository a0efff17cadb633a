/** What the host says about an app when it starts: the list of Core Tools, and what has no local counterpart. */
import type { LogSink } from '../durable/ports.ts';
import type { AppFunction } from './functions.ts';
import type { Route } from './routes.ts';

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

const ANNOUNCEMENT =
  'Durable Functions Distributed Tracing V2 is GA now! Learn how to enable the feature by visiting aka.ms/durable-distributed-tracing. ' +
  'To disable this message, you can configure distributedTracingEnabled to "true" and version to "V2" or "None". Setting it to "None" would in effect disable the feature.';
const KEYS = ['APPINSIGHTS_INSTRUMENTATIONKEY', 'APPLICATIONINSIGHTS_CONNECTION_STRING'] as const;

/**
 * What the durable extension says of the section `tracing` at every start unless that is set in full (TelemetryActivator.cs of 3.19).
 * @param durableTask section of host.json
 */
export function describeTracing(
  durableTask: Record<string, unknown>,
  environment: Record<string, string | undefined>,
  log: LogSink,
): void {
  const tracing = new Map(
    Object.entries(durableTask.tracing ?? {}).map(([name, value]) => [name.toLowerCase(), String(value).toLowerCase()]),
  );
  const enabled = tracing.get('distributedtracingenabled') === 'true';
  const version = tracing.get('version');
  const say = (text: string) => log('warning', 'Host.Triggers.DurableTask', text);
  if (enabled && version === 'none') return;
  if (!enabled || version !== 'v2') say(ANNOUNCEMENT);
  if (!enabled) return;
  const set = KEYS.filter((name) => environment[name]);
  const [key, connection] = KEYS;
  const one = `Please specify one. We recommend specifying '${connection}'.`;
  if (set.length === 2)
    say(`Both '${key}' and '${connection}' are defined in the current environment variables. ${one}`);
  if (set.length === 0)
    say(
      `'${key}' or '${connection}' were not defined in the current environment variables, but distributed tracing is enabled. ${one}`,
    );
}
