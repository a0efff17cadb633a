/** Azure's words about a refused request may quote the request; what goes into history, logs and answers must not. */
import { AzureFailure, classify } from './errors.ts';
import { masking } from './secret-forms.ts';

/** Everything of an error that somebody may read: its words and stack, its body, what it was caused by, and so on down. */
function textsOf(thrown: unknown, depth = 0): string[] {
  if (typeof thrown === 'string') return [thrown];
  if (typeof thrown !== 'object' || thrown === null || depth > 4) return [];
  const { message, stack, cause, code, details, response } = thrown as Record<string, unknown>;
  const { bodyAsText, parsedBody } = (response ?? {}) as Record<string, unknown>;
  return [
    ...[message, stack, code, bodyAsText].filter((text) => typeof text === 'string'),
    ...[details, parsedBody].map((value) => JSON.stringify(value) ?? ''),
    ...textsOf(cause, depth + 1),
  ];
}

/**
 * Runs `work`, which sends secrets. An error that holds one of them, in any form, is thrown as an AzureFailure with its words masked.
 * @param values the secrets sent
 */
export async function withoutSecrets<T>(values: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const classified = classify(error);
    const mask = masking(values);
    const { failure } = classified;
    const shown = [...textsOf(error), failure.code, failure.message, failure.resource ?? '', failure.advice ?? ''];
    if (shown.every((text) => mask(text) === text)) throw error;
    throw new AzureFailure({
      ...classified,
      failure: {
        ...failure,
        code: mask(failure.code),
        message: mask(failure.message),
        ...(failure.resource === undefined ? {} : { resource: mask(failure.resource) }),
      },
    });
  }
}
