import type { z } from 'zod';

/** One thing wrong with an input; `path` names it the way one would write it in code (`languages[1]`), empty for the whole body. */
export interface Problem {
  path: string;
  message: string;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('');

/** Flattens what zod found; each unknown field and each branch of a union becomes a problem of its own. Values are never quoted: they may be secret. */
export function problemsOf(error: z.ZodError, prefix: readonly PropertyKey[] = []): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'Unknown field' }));
    return [{ path: pathText(path), message: issue.message }];
  });
}
