import type { Provider } from './core/provider.ts';

/** Every provider of the simulator; adding one is adding a line. The first with a price table or an alert door is asked. */
export const providers: readonly Provider[] = [];
