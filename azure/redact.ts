/** Azure's words about a refused request may quote the request; what goes into history, logs and answers must not. */
import { AzureFailure, classify } from './errors.ts';

/**
 * Runs `work`, which sends secrets. An error whose text holds one of them is thrown as an AzureFailure with the text masked.
 * @param values the secrets sent
 */
export async function withoutSecrets<T>(values: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const classified = classify(error);
    const mask = (text: string) =>
      values.reduce((masked, value) => (value === '' ? masked : masked.replaceAll(value, '***')), text);
    const { code, message } = classified.failure;
    const own = error instanceof Error ? error.message : '';
    if ([code, message, own].every((text) => mask(text) === text)) throw error;
    throw new AzureFailure({
      ...classified,
      failure: { ...classified.failure, code: mask(code), message: mask(message) },
    });
  }
}
