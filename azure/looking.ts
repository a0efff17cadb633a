/** Work that may look at Azure and change nothing there. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';

const looks = new AsyncLocalStorage<{ refused: boolean }>();

/** Whether the work that runs may change nothing. */
export const mayOnlyLook = (): boolean => looks.getStore() !== undefined;

/**
 * Runs `work`, whose requests through the SDK clients fail before they are sent unless they only read.
 * @returns what it came to, and whether it tried to change something
 */
export async function lookingOnly<T>(work: () => Promise<T>): Promise<{ result: T; refused: boolean }> {
  const look = { refused: false };
  const result = await looks.run(look, work);
  return { result, refused: look.refused };
}

export const readsOnly: PipelinePolicy = {
  name: 'streamControlReadsOnly',
  async sendRequest(request, next) {
    const look = looks.getStore();
    if (!look || request.method === 'GET' || request.method === 'HEAD') return await next(request);
    look.refused = true;
    throw new Error(`Cannot send ${request.method} as this work may only look`);
  },
};
