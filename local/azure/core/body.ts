import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { invalidContent } from './errors.ts';
import type { SimRequest } from './http.ts';
import { isObject, type JsonObject } from './json.ts';

/** ARM refuses request bodies above 4 MB. */
export const MAX_BODY = 4 * 1024 * 1024;

/** The JSON object in the request's body. @param optional an absent body reads as `{}` */
export function readBody(request: SimRequest, optional: boolean): JsonObject {
  const text = request.body ?? '';
  if (text.length > MAX_BODY) throw refuse(ARM.contentTooLarge);
  if (text.trim() === '') {
    if (optional) return {};
    throw invalidContent('the body is empty');
  }
  if (/^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? ''))
    return Object.fromEntries(new URLSearchParams(text));
  const parsed = tryParse(text) ?? tryParse(lenient(text));
  if (isObject(parsed)) return parsed;
  throw invalidContent('the body is not a JSON object');
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `az deployment group create` of 2.45 writes the member `template` without quotes and with the file's raw text behind it, comments and all. */
const lenient = (text: string): string => withoutComments(text).replace(/([,{]\s*)template\s*:\s*\{/, '$1"template":{');

/** Strings are matched first, so that `https://` in one is no comment. */
const withoutComments = (text: string): string =>
  text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? '');
