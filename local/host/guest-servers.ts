/** Servers that the app opens in the host's process: guests, which must not keep the process alive when the host has stopped. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

/** Node.js documentation, diagnostics_channel, `tracing:net.server.listen:asyncStart`: before the port is bound. */
const LISTEN = 'tracing:net.server.listen:asyncStart';

/**
 * Runs `open`; servers that begin to listen meanwhile count no more as a reason to go on. The programming model's HTTP
 * proxy is one: it has no way to be closed, and is shared by all hosts over its app.
 */
export async function guestServers<T>(open: () => Promise<T>): Promise<T> {
  const seen = (message: unknown) => void (message as { server: Server }).server.unref();
  subscribe(LISTEN, seen);
  try {
    return await open();
  } finally {
    unsubscribe(LISTEN, seen);
  }
}
