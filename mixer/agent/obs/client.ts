import { setTimeout as sleep } from 'node:timers/promises';
import OBSWebSocket, { type OBSRequestTypes, type OBSResponseTypes, OBSWebSocketError } from 'obs-websocket-js/json';

/** WebSocketCloseCode AuthenticationFailed (obs-websocket, protocol.md). */
const AUTHENTICATION_FAILED = 4009;
const TRY_EVERY_MS = 50;
/** An OBS that takes longer for one request is frozen. */
const ANSWER_MS = 10_000;

/** A connection whose requests always end: the library leaves them pending for ever when OBS dies under them. */
export class Obs extends OBSWebSocket {
  readonly closed: Promise<void>;

  constructor() {
    super();
    this.closed = new Promise((resolve) => this.once('ConnectionClosed', () => resolve()));
  }
  override async call<Type extends keyof OBSRequestTypes>(
    type: Type,
    data?: OBSRequestTypes[Type],
  ): Promise<OBSResponseTypes[Type]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`OBS does not answer ${type}`)), ANSWER_MS);
    });
    const gone = this.closed.then(() => Promise.reject(new Error(`OBS is gone, ${type} has no answer`)));
    try {
      return await Promise.race([super.call(type, data), gone, late]);
    } finally {
      clearTimeout(timer);
      gone.catch(() => {}); // Whoever asked has been told already.
    }
  }
}

/**
 * Connects to an OBS that may still be starting.
 * @returns the connection; it does not come back by itself when it is lost
 * @throws Error when the password is refused, or after `timeoutMs`
 */
export async function connect(port: number, password: string, signal: AbortSignal, timeoutMs = 30_000): Promise<Obs> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const obs = new Obs();
    try {
      await obs.connect(`ws://127.0.0.1:${port}`, password);
      return obs;
    } catch (error) {
      const refused = error instanceof OBSWebSocketError && error.code === AUTHENTICATION_FAILED;
      if (refused || signal.aborted || performance.now() > deadline)
        throw new Error(`Cannot reach OBS on port ${port}: ${error instanceof Error ? error.message : error}`);
      await sleep(TRY_EVERY_MS, undefined, { signal });
    }
  }
}
