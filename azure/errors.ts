/**
 * What an Azure error means and what to do about it.
 *
 * Codes and texts: Microsoft Learn (troubleshooting pages of Compute, Container Instances, Resource Manager and Key
 * Vault) and public issue threads of the SDKs and Terraform providers. Codes compare case-insensitively, because
 * Azure itself spells some of them in two ways.
 */
import type { Failure } from '../domain/seam/failure.ts';
import { type CodeRule, codeFamilies, codeRules, messageRules } from './error-codes.ts';
import { type Exchange, retryAfterSeconds } from './transport.ts';

/** A classified failure and what the code, not people, needs to know of it. */
export interface Classified {
  failure: Failure;
  /** HTTP status; undefined when no answer came or the failure was inside an operation's status. */
  statusCode?: number;
  /** Seconds to wait before the same call makes sense; set for what passes by itself. */
  retryAfterSeconds?: number;
  /** Azure reports a failure, but the resource may still become ready (`OSProvisioningTimedOut`): keep watching it. */
  notFinal?: boolean;
}

/** An error body of Azure Resource Manager or a resource provider. */
interface AzureErrorBody {
  code?: string;
  message?: string;
  details?: AzureErrorBody[];
  innererror?: AzureErrorBody;
}

/** Thrown where a failure is already classified. Its message never holds a secret: it is Azure's text or ours. */
export class AzureFailure extends Error {
  override name = 'AzureFailure';
  readonly classified: Classified;
  constructor(classified: Classified) {
    super(`${classified.failure.code}: ${classified.failure.message}`);
    this.classified = classified;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The `error` of a body, wherever the provider put it. */
function errorOf(body: unknown): AzureErrorBody | undefined {
  if (!isObject(body)) return undefined;
  const inner = isObject(body.error) ? body.error : body;
  return typeof inner.code === 'string' || typeof inner.message === 'string' ? (inner as AzureErrorBody) : undefined;
}

/** How deep errors are read that wrap errors; Azure's own go four deep. */
const DEPTH = 12;

/** Providers put the error of another provider into their message, as JSON or as a text that ends in it. */
function quoted(message: unknown): AzureErrorBody | undefined {
  if (typeof message !== 'string') return undefined;
  const from = message.indexOf('{');
  const to = message.lastIndexOf('}');
  if (from < 0 || to < from) return undefined;
  try {
    return errorOf(JSON.parse(message.slice(from, to + 1)));
  } catch {
    return undefined;
  }
}

/** An error and all it wraps, outermost first. */
function* chain(error: AzureErrorBody, depth = 0): Generator<AzureErrorBody> {
  if (depth > DEPTH) return;
  const inMessage = quoted(error.message);
  // The text of a message that is an error itself would match rules meant for one sentence.
  yield inMessage ? { ...error, message: '' } : error;
  if (inMessage) yield* chain(inMessage, depth + 1);
  for (const detail of Array.isArray(error.details) ? error.details : [])
    if (isObject(detail)) yield* chain(errorOf(detail) ?? detail, depth + 1);
  if (isObject(error.innererror)) yield* chain(error.innererror, depth + 1);
}

/** What counts of a message; longer ones repeat themselves. */
const TEXT = 4000;
const textOf = ({ message }: AzureErrorBody): string => (typeof message === 'string' ? message.slice(0, TEXT) : '');
const codeOf = ({ code }: AzureErrorBody): string => (typeof code === 'string' ? code : '');

const ruleOf = (at: AzureErrorBody, statusCode: number | undefined): CodeRule | undefined => {
  const byText = messageRules.find((rule) => rule.text.test(textOf(at)));
  if (byText) return byText;
  const rule = codeRules.get(codeOf(at).toLowerCase());
  if (rule && (rule.status === undefined || rule.status === statusCode)) return rule;
  return codeFamilies.find(({ code }) => code.test(codeOf(at)));
};

/** The rule of the first code in `error` or below that says something specific, and the error it was found in. */
function match(
  error: AzureErrorBody,
  statusCode: number | undefined,
): { rule: CodeRule; at: AzureErrorBody } | undefined {
  let general: { rule: CodeRule; at: AzureErrorBody } | undefined;
  for (const at of chain(error)) {
    const rule = ruleOf(at, statusCode);
    if (rule && !rule.general) return { rule, at };
    if (rule) general ??= { rule, at };
  }
  // What little a general code says, the status of "too many requests" says better.
  return general && statusCode === 429 ? { rule: byStatus(429, true), at: general.at } : general;
}

/** The innermost error that has something to say: what wraps it says less. */
function innermost(error: AzureErrorBody): AzureErrorBody {
  let last = error;
  for (const at of chain(error)) if (codeOf(at) && textOf(at)) last = at;
  return last;
}

const byStatus = (statusCode: number | undefined, waits: boolean): CodeRule => {
  if (statusCode === 429 || (statusCode === 503 && waits))
    return { class: 'throttled', again: 5, advice: 'Azure limits the rate of requests; it goes on by itself' };
  if (statusCode === undefined || statusCode === 408 || statusCode >= 500)
    return { class: 'transient', again: 2, advice: 'it is tried again by itself' };
  if (statusCode === 401 || statusCode === 403)
    return { class: 'authorisation', advice: 'give the control plane’s identity the role it needs (bicep/roles)' };
  if (statusCode === 409) return { class: 'conflict', advice: 'something else is changing this resource' };
  if (statusCode === 400 || statusCode === 404)
    return { class: 'configuration', advice: 'correct the request or the settings it names' };
  return { class: 'unknown', advice: 'look the code up in docs/operate/troubleshooting.md' };
};

/**
 * Classifies an error body.
 * @param statusCode HTTP status it came with; undefined inside an operation's status
 */
export function classifyBody(
  body: unknown,
  statusCode: number | undefined,
  options: { resource?: string; after?: number; fallback?: string } = {},
): Classified {
  const error = errorOf(body) ?? {};
  const found = match(error, statusCode);
  const inOperation = statusCode === undefined || statusCode < 300;
  const rule =
    found?.rule ??
    (inOperation
      ? { class: 'unknown' as const, advice: 'look the code up in docs/operate/troubleshooting.md' }
      : byStatus(statusCode, options.after !== undefined));
  const at = found?.at ?? innermost(error);
  const failure: Failure = {
    class: rule.class,
    code: codeOf(at) || (statusCode === undefined ? 'Unknown' : `HTTP${statusCode}`),
    message: textOf(at) || options.fallback || 'Azure gave no reason',
    advice: rule.advice,
  };
  if (options.resource !== undefined) failure.resource = options.resource;
  const classified: Classified = { failure };
  if (statusCode !== undefined) classified.statusCode = statusCode;
  const wait = Math.max(rule.again ?? 0, rule.again === undefined ? 0 : (options.after ?? 0));
  if (rule.again !== undefined) classified.retryAfterSeconds = wait;
  if (rule.notFinal) classified.notFinal = true;
  return classified;
}

/** Codes of Node and of the SDK's transport for "no answer came". */
const NETWORK = /^(E[A-Z]+|REQUEST_SEND_ERROR|UND_ERR_\w+|DEPTH_ZERO_SELF_SIGNED_CERT)$/;

interface RestErrorLike {
  statusCode?: number;
  code?: string;
  message: string;
  details?: unknown;
  response?: { bodyAsText?: string | null; headers?: { get(name: string): string | undefined } };
}

/** Classifies whatever an SDK call threw. */
export function classify(thrown: unknown, resource?: string): Classified {
  if (thrown instanceof AzureFailure) return thrown.classified;
  const error = (isObject(thrown) ? thrown : { message: String(thrown) }) as unknown as RestErrorLike;
  const name = resource === undefined ? {} : { resource };
  if (typeof error.statusCode === 'number') {
    const headers = error.response?.headers;
    const after = headers ? retryAfterSeconds((header) => headers.get(header)) : undefined;
    const body = errorOf(bodyOf(error)) ?? { code: error.code, message: error.message };
    return classifyBody(body, error.statusCode, { ...name, ...(after === undefined ? {} : { after }) });
  }
  if ((error.code !== undefined && NETWORK.test(error.code)) || (thrown as Error)?.name === 'AbortError')
    return {
      failure: {
        class: 'transient',
        code: error.code ?? 'Aborted',
        message: 'no answer from Azure',
        advice: 'it is tried again by itself',
        ...name,
      },
      retryAfterSeconds: 2,
    };
  return { failure: { class: 'unknown', code: error.code ?? 'Unknown', message: error.message, ...name } };
}

function bodyOf(error: RestErrorLike): unknown {
  if (errorOf(error.details)) return error.details;
  try {
    return JSON.parse(error.response?.bodyAsText ?? '');
  } catch {
    return undefined;
  }
}

/** Classifies the failure that the last recorded answer of an operation holds; the SDK's own error drops its details. */
export const classifyExchange = (exchange: Exchange, resource: string, fallback: string): Classified =>
  classifyBody(exchange.body, exchange.status, {
    resource,
    fallback,
    ...(exchange.retryAfterSeconds === undefined ? {} : { after: exchange.retryAfterSeconds }),
  });

/** True for "there is no such thing". */
export const isNotFound = (thrown: unknown): boolean => isObject(thrown) && thrown.statusCode === 404;

/** The result of a read, or undefined when Azure says 404. Other errors are thrown. */
export async function orAbsent<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
