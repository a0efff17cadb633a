/** A span per request to Azure, below the step of the deployment that sends it. */
import { type Observed, observing } from '../azure/observing.ts';
import { isTold, measure, tell } from './outbox.ts';
import { type Attributes, type Span, spanOf, traceOf } from './span.ts';

/** On whose behalf requests are sent. */
export interface Step {
  deploymentId: string;
  /** Span of the node or removal. */
  spanId: string;
}

/** A word of Azure's own, as against a name, an id or a token. */
const WORD = /^[A-Za-z][A-Za-z.]{1,60}$/;

/**
 * An address without anything that varies or is a capability: collections and verbs stay, names, ids, tokens and the query go.
 * `/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/{}/start`
 */
export function templateOf(url: URL): string {
  const shown: string[] = [];
  let name = false;
  for (const part of url.pathname.split('/').filter((one) => one !== '')) {
    // What follows `providers` is a namespace, and of that a collection.
    const namespace = shown.at(-1) === 'providers';
    shown.push(WORD.test(part) && (namespace || !name) ? part : '{}');
    name = namespace || part === 'providers' ? false : !name;
  }
  return `/${shown.join('/')}`;
}

/** `Microsoft.Compute/virtualMachines/start` of a template; of what has no provider the words alone. */
function subjectOf(template: string): string {
  const words = template.split('/').filter((one) => one !== '' && one !== '{}');
  const provider = words.lastIndexOf('providers');
  return (provider >= 0 ? words.slice(provider + 1) : words.slice(-1)).join('/');
}

const isFailure = ({ status }: Observed): boolean => status === undefined || status >= 400;

/** What is not there yet is what a look is for. */
const isAnswer = ({ method, status }: Observed): boolean => method === 'GET' && status === 404;

export function callSpan({ deploymentId, spanId }: Step, call: Observed): Span {
  const url = new URL(call.url);
  const template = templateOf(url);
  const namespace = /\/providers\/([A-Za-z.]+)/.exec(template)?.[1];
  const attributes: Attributes = {
    'http.request.method': call.method,
    'url.template': template,
    'server.address': url.hostname,
    'stream_control.deployment': deploymentId,
    ...(namespace !== undefined && { 'azure.resource_provider.namespace': namespace }),
    ...(call.status !== undefined && { 'http.response.status_code': call.status }),
    ...(call.clientRequestId !== undefined && { 'azure.client.request_id': call.clientRequestId }),
    ...(call.serviceRequestId !== undefined && { 'azure.service.request.id': call.serviceRequestId }),
  };
  const failed = isFailure(call) && !isAnswer(call);
  return {
    name: `${call.method} ${subjectOf(template)}`,
    kind: 'client',
    traceId: traceOf(deploymentId),
    // A request that is sent again has the same id of ours, and another of Azure's.
    spanId: spanOf(deploymentId, 'call', call.clientRequestId ?? template, call.serviceRequestId ?? '', call.from),
    parentId: spanId,
    from: call.from,
    to: call.to,
    attributes,
    ...(failed && { error: String(call.status ?? 'no answer') }),
  };
}

/** Runs `work`, whose requests are told of as a step's. */
export function telling<T>(step: Step, work: () => Promise<T>): Promise<T> {
  if (!isTold()) return work();
  return observing((call) => {
    const span = callSpan(step, call);
    tell(span);
    const namespace = String(span.attributes['azure.resource_provider.namespace'] ?? span.attributes['server.address']);
    if (call.status === 429)
      measure({
        metric: 'stream_control.azure.throttles',
        value: 1,
        attributes: { 'azure.resource_provider.namespace': namespace },
      });
  }, work);
}
