/** Servers that the app opens in the host's process: guests, which must not keep the process alive when the host has stopped. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:net';

/** Node.js documentation, diagnostics_channel, `tracing:net.server.listen:asyncStart`: before the port is bound. */
const LISTEN = 'tracing:net.server.listen:asyncStart';

interface Listening {
  server: Server;
  /** What `listen` is about to go by. */
  options: { path?: string | undefined; host?: string | undefined };
}

/**
 * Runs `open`; servers that begin to listen meanwhile count no more as a reason to go on, and can be reached from this machine
 * only. The programming model's HTTP proxy is one: it has no way to be closed, is shared by all hosts over its app, and asks
 * for all interfaces.
 * @param met is told of each, before it listens
 */
export async function guestServers<T>(open: () => Promise<T>, met: (server: Server) => void = () => {}): Promise<T> {
  const seen = (message: unknown) => {
    const { server, options } = message as Listening;
    if (options.path === undefined) options.host = '127.0.0.1';
    server.unref();
    met(server);
  };
  subscribe(LISTEN, seen);
  try {
    return await open();
  } finally {
    unsubscribe(LISTEN, seen);
  }
}
