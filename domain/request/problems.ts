import type { z } from 'zod';

/** One thing wrong with an input; `path` names it the way one would write it in code (`languages[1]`), empty for the whole body. */
export interface Problem {
  path: string;
  message: string;
}

/** Below these nothing is named: where a map was turned inside out, its keys are the secrets. */
const SECRET = new Set<PropertyKey>(['youtubeKeys']);

/** A property's name that may be repeated to whoever sent it: a plain word. What has digits, hyphens or length may be a secret. */
const WORD = /^[A-Za-z_]{1,20}$/;
export const mayBeNamed = (name: string): boolean => WORD.test(name);

/** The path of a property that nobody knows, where its name may be repeated; else of what it stands in. */
export const unknownField = (path: string, name: string, message = 'Unknown field'): Problem =>
  mayBeNamed(name)
    ? { path: path === '' ? name : `${path}.${name}`, message }
    : { path, message: `${message}; its name is not repeated here, as it may be a secret` };

const pathText = (path: readonly PropertyKey[]): string => {
  const secret = path.findIndex((part) => SECRET.has(part));
  return (secret < 0 ? path : path.slice(0, secret + 1))
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
};

const hidden = (path: readonly PropertyKey[]): boolean => path.some((part) => SECRET.has(part));

/** Fields whose members the sender names. */
const NAMED_BY_SENDER = new Set<PropertyKey>(['parameters', 'mixing', 'audio']);

/** A path up to the first name in it that the sender made up and that may be a secret. */
const shown = (path: readonly PropertyKey[]): readonly PropertyKey[] => {
  const odd = path.findIndex((part, index) => NAMED_BY_SENDER.has(path[index - 1] ?? '') && !mayBeNamed(String(part)));
  return odd < 0 ? path : path.slice(0, odd);
};

/** Flattens what zod found; each unknown field and each branch of a union becomes a problem of its own. Values are never quoted: they may be secret. */
export function problemsOf(error: z.ZodError, prefix: readonly PropertyKey[] = []): Problem[] {
  const problems = error.issues.flatMap((issue): Problem[] => {
    const path = [...prefix, ...issue.path];
    if (hidden(path)) return [{ path: pathText(path), message: KEYS_RULE }];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(pathText(shown(path)), key));
    return [{ path: pathText(shown(path)), message: issue.message }];
  });
  // What has lost its name may stand there several times.
  return problems.filter(
    (one, index) => problems.findIndex(({ path, message }) => path === one.path && message === one.message) === index,
  );
}

/** What stream keys must be, whatever is wrong with them. */
export const KEYS_RULE =
  'must be an object language -> key, or a list of keys; a key is 1 to 256 visible characters without spaces';
